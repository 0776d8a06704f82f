-- What belongs to a call is tied to its organization through the call: (call_id, org_id) is a call's. A second tie
-- of each row to the organization only locked that row, which the wallet lives in, hundreds of times a second.
alter table public.call_turns drop constraint call_turns_org_id_fkey;
alter table public.call_events drop constraint call_events_org_id_fkey;

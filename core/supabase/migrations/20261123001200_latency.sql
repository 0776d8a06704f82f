-- The latency ledger says why a caller waited, and not only how long.
alter table public.call_turns
  -- When the answer was begun before the turn was over; null if it was not.
  add column speculative_start_ms int,
  -- The first frame of a filler ("un momento…"), which is no answer.
  add column filler_out_ms int,
  -- Time in tools before the first word.
  add column tool_ms int not null default 0 check (tool_ms >= 0),
  -- What failed while the answer was prepared: `provider:kind`.
  add column failure text,
  -- The part of the wait that took longest; null of what answers nobody.
  add column cause text check (cause in ('endpointing', 'tool', 'model', 'voice', 'pacing'));

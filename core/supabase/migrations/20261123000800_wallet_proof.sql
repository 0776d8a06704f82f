-- The wallet proves itself. What the code promises about money, the database checks at every commit:
-- a balance is its entries, what is held is the open holds, and neither can be rewritten.

-- ---- Entries: a chain, one organization each.

alter table public.wallet_entries
  -- 1, 2, 3… within the organization, in the order they were booked: a missing one shows.
  add column seq bigint,
  -- Of a call: what it was charged for.
  add column seconds int check (seconds > 0);

alter table public.wallet_entries disable trigger user;
update public.wallet_entries e
   set seq = numbered.seq
  from (select id, row_number() over (partition by org_id order by created_at, id) as seq
          from public.wallet_entries) numbered
 where numbered.id = e.id;
alter table public.wallet_entries enable trigger user;

alter table public.wallet_entries
  alter column seq set not null,
  add unique (org_id, seq),
  drop constraint wallet_entries_kind_check,
  -- A correction is an entry of its own that takes another one back: its source is that entry.
  add constraint wallet_entries_kind_check
    check (kind in ('top_up', 'call', 'refund', 'adjustment', 'reversal'));

-- Books an entry: number, balance and order in time are not the writer's to choose. The wallet is locked
-- from here to the end of the transaction, so entries of one organization come one after the other.
create or replace function app.wallet_entry_apply() returns trigger
language plpgsql set search_path = '' as $$
declare
  balance bigint;
  last record;
  reversed record;
begin
  select wallet_balance into balance from public.organizations where id = new.org_id for no key update;
  if not found then
    raise exception 'wallet entry for an unknown organization %', new.org_id;
  end if;
  select seq, balance_after, created_at into last
    from public.wallet_entries where org_id = new.org_id order by seq desc limit 1;
  if coalesce(last.balance_after, 0) <> balance then
    raise exception 'the balance of % is %, but its last entry left %',
      new.org_id, balance, coalesce(last.balance_after, 0) using errcode = 'check_violation';
  end if;
  if new.kind = 'reversal' then
    select org_id, amount, kind into reversed from public.wallet_entries where id = new.source_id;
    if not found or reversed.org_id <> new.org_id or reversed.kind = 'reversal' or new.amount <> -reversed.amount then
      raise exception 'a reversal takes back one whole entry of the same wallet' using errcode = 'check_violation';
    end if;
  end if;
  new.seq := coalesce(last.seq, 0) + 1;
  new.balance_after := balance + new.amount;
  -- Two machines' clocks may differ; the order of booking is the order of the statement.
  new.created_at := greatest(new.created_at, last.created_at);
  update public.organizations
     set wallet_balance = new.balance_after, updated_at = now()
   where id = new.org_id;
  return new;
end $$;

create trigger wallet_entries_no_truncate before truncate on public.wallet_entries
  for each statement execute function app.refuse_change();
revoke update, delete, truncate on public.wallet_entries from alo_system;

-- ---- Holds: they may grow while they are open, end once, and are never touched again.

alter table public.wallet_holds
  -- A hold that nobody settles until then is given back, unless what it is for still goes on.
  add column expires_at timestamptz,
  drop constraint wallet_holds_status_check,
  add constraint wallet_holds_status_check check (status in ('held', 'settled', 'expired')),
  add constraint wallet_holds_expired_check check (status <> 'expired' or captured = 0);
update public.wallet_holds set expires_at = created_at + interval '30 minutes';
alter table public.wallet_holds alter column expires_at set not null;
create index wallet_holds_expiring on public.wallet_holds (expires_at) where status = 'held';

create function app.wallet_hold_guard() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.status <> 'held' then
    raise exception 'the hold of % has ended', old.source_id;
  end if;
  if (new.id, new.org_id, new.source_id, new.created_at) is distinct from (old.id, old.org_id, old.source_id, old.created_at)
     or new.amount < old.amount then
    raise exception 'a hold grows or ends, nothing else';
  end if;
  return new;
end $$;
create trigger wallet_hold_guard before update on public.wallet_holds
  for each row execute function app.wallet_hold_guard();
create trigger wallet_holds_keep before delete on public.wallet_holds
  for each row execute function app.refuse_change();
create trigger wallet_holds_no_truncate before truncate on public.wallet_holds
  for each statement execute function app.refuse_change();
revoke delete, truncate on public.wallet_holds from alo_system;

-- ---- The proof, when a transaction commits. It costs two index look-ups: the chain of entries carries the sum.

create function app.wallet_proof() returns trigger language plpgsql set search_path = '' as $$
declare
  org text := case tg_table_name when 'organizations' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'org_id' end;
  wallet record;
  entries bigint;
  holds bigint;
begin
  select wallet_balance, wallet_held into wallet from public.organizations where id = org;
  if not found then
    return null;
  end if;
  select balance_after into entries from public.wallet_entries where org_id = org order by seq desc limit 1;
  if wallet.wallet_balance <> coalesce(entries, 0) then
    raise exception 'the balance of % would be %, but its entries make %',
      org, wallet.wallet_balance, coalesce(entries, 0) using errcode = 'check_violation';
  end if;
  select coalesce(sum(amount), 0) into holds from public.wallet_holds where org_id = org and status = 'held';
  if wallet.wallet_held <> holds then
    raise exception '% would have % held, but its open holds make %',
      org, wallet.wallet_held, holds using errcode = 'check_violation';
  end if;
  return null;
end $$;

create constraint trigger wallet_proof_new after insert on public.organizations
  deferrable initially deferred for each row execute function app.wallet_proof();
create constraint trigger wallet_proof after update on public.organizations
  deferrable initially deferred for each row
  when (old.wallet_balance <> new.wallet_balance or old.wallet_held <> new.wallet_held)
  execute function app.wallet_proof();
create constraint trigger wallet_proof after insert or update on public.wallet_holds
  deferrable initially deferred for each row execute function app.wallet_proof();

-- ---- The proof of everything, from the first entry on: one row for each fault, none when all is well.
-- Sees what its caller may see: every wallet for the platform, one's own for a member.

create function app.wallet_faults(only_org text default null)
returns table (org_id text, fault text, detail jsonb)
language sql stable set search_path = '' as $$
  with wallets as (
    select o.id, o.wallet_balance as balance, o.wallet_held as held
      from public.organizations o where only_org is null or o.id = only_org
  ),
  chain as (
    select e.*,
           lag(e.seq, 1, 0::bigint) over booked as before_seq,
           lag(e.balance_after, 1, 0::bigint) over booked as before_balance,
           lag(e.created_at) over booked as before_at
      from public.wallet_entries e join wallets w on w.id = e.org_id
    window booked as (partition by e.org_id order by e.seq)
  ),
  holds as (
    select h.* from public.wallet_holds h join wallets w on w.id = h.org_id
  )
  select w.id, 'balance_is_not_its_entries',
         jsonb_build_object('balance', w.balance, 'entries', coalesce(sum(c.amount), 0))
    from wallets w left join chain c on c.org_id = w.id
   group by w.id, w.balance having w.balance <> coalesce(sum(c.amount), 0)
  union all
  select c.org_id, 'broken_chain', jsonb_build_object('entry', c.id, 'seq', c.seq)
    from chain c
   where c.seq <> c.before_seq + 1 or c.balance_after <> c.before_balance + c.amount
      or c.balance_after < 0 or c.created_at < c.before_at
  union all
  select w.id, 'held_is_not_its_holds',
         jsonb_build_object('held', w.held, 'holds', coalesce(sum(h.amount), 0))
    from wallets w left join holds h on h.org_id = w.id and h.status = 'held'
   group by w.id, w.held having w.held <> coalesce(sum(h.amount), 0)
  union all
  select w.id, 'more_held_than_there_is', jsonb_build_object('balance', w.balance, 'held', w.held)
    from wallets w where w.held > w.balance or w.held < 0
  union all
  select h.org_id, 'captured_otherwise_than_booked',
         jsonb_build_object('hold', h.id, 'captured', h.captured, 'booked', coalesce(-c.amount, 0))
    from holds h left join chain c on c.kind = 'call' and c.source_id = h.source_id
   where h.status <> 'held' and h.captured <> coalesce(-c.amount, 0)
  union all
  select c.org_id, 'charged_without_a_hold', jsonb_build_object('entry', c.id, 'source', c.source_id)
    from chain c left join holds h on h.source_id = c.source_id and h.org_id = c.org_id and h.status = 'settled'
   where c.kind = 'call' and h.id is null
  union all
  select c.org_id, 'reversal_of_nothing', jsonb_build_object('entry', c.id, 'source', c.source_id)
    from chain c left join chain r on r.id = c.source_id and r.org_id = c.org_id and r.amount = -c.amount
   where c.kind = 'reversal' and r.id is null
$$;

-- Where a wallet counts as low. Null: the default of its currency.
alter table public.organizations add column wallet_low_at bigint check (wallet_low_at >= 0);

-- ---- What a call was priced by, for its receipt and for its charge: the card may change while it waits.

alter table public.calls
  -- Seconds: every call that was answered is charged the first ones, then in steps of the next.
  add column billing_first_s int not null default 1 check (billing_first_s > 0),
  add column billing_next_s int not null default 1 check (billing_next_s > 0),
  -- The rate card and its longest matching prefix.
  add column rate_card text,
  add column rate_prefix text;

-- ---- Stored answers: a request that died before its answer was kept runs again under the ids of the first attempt.

alter table public.idempotency_keys
  add column seed uuid not null default gen_random_uuid(),
  add column content_type text;
create index idempotency_keys_age on public.idempotency_keys (created_at);

-- Money: subscription, payments, and the wallet as a ledger.

create table public.subscriptions (
  id text primary key,
  org_id text not null unique references public.organizations (id) on delete cascade,
  provider text not null,
  provider_customer_id text,
  provider_subscription_id text unique,
  status text not null,
  current_period_end timestamptz,
  cancel_at_period_end boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.payments (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  provider text not null,
  -- Ours, given to the provider; what its event is matched by.
  reference text not null unique,
  provider_payment_id text,
  amount bigint not null check (amount > 0),
  currency text not null,
  status text not null default 'pending'
    check (status in ('pending', 'approved', 'declined', 'voided', 'error')),
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider, provider_payment_id)
);
create index payments_org on public.payments (org_id, created_at desc);

-- Append-only. The balance changes only in the transaction that writes an entry.
create table public.wallet_entries (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  -- Micros; negative takes.
  amount bigint not null check (amount <> 0),
  balance_after bigint not null check (balance_after >= 0),
  kind text not null check (kind in ('top_up', 'call', 'refund', 'adjustment')),
  -- What it was booked for: a payment's or a call's id. Once each.
  source_id text not null,
  created_at timestamptz not null default now(),
  unique (kind, source_id)
);
create index wallet_entries_org on public.wallet_entries (org_id, created_at desc, id desc);

create table public.wallet_holds (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  source_id text not null unique,
  amount bigint not null check (amount > 0),
  status text not null default 'held' check (status in ('held', 'settled')),
  captured bigint check (captured >= 0 and captured <= amount),
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  check ((status = 'held') = (captured is null))
);
create index wallet_holds_open on public.wallet_holds (org_id) where status = 'held';

create function app.wallet_entry_apply() returns trigger language plpgsql set search_path = '' as $$
begin
  update public.organizations
     set wallet_balance = wallet_balance + new.amount, updated_at = now()
   where id = new.org_id
   returning wallet_balance into new.balance_after;
  if not found then
    raise exception 'wallet entry for an unknown organization %', new.org_id;
  end if;
  return new;
end $$;
create trigger wallet_entry_apply before insert on public.wallet_entries
  for each row execute function app.wallet_entry_apply();

create function app.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger wallet_entries_append_only before update or delete on public.wallet_entries
  for each row execute function app.refuse_change();

call app.isolate('subscriptions');
call app.isolate('payments');
call app.isolate('wallet_entries');
call app.isolate('wallet_holds');
grant select on public.subscriptions, public.wallet_entries, public.wallet_holds, public.payments to alo_app;

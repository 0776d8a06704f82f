-- What somebody should know of: one open alert for each thing that is wrong, however often it shows.

create table public.alerts (
  id text primary key,
  -- Null: of the platform itself, for those who run it.
  org_id text references public.organizations (id) on delete cascade,
  kind text not null check (kind in ('low_balance', 'payment_failed', 'webhook_disabled', 'provider_down')),
  -- What it is about: the wallet, a payment's id, a provider's name.
  subject text not null,
  data jsonb not null default '{}',
  occurrences int not null default 1 check (occurrences > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  mailed_at timestamptz,
  resolved_at timestamptz
);
create unique index alerts_open on public.alerts (coalesce(org_id, ''), kind, subject) where resolved_at is null;
create index alerts_org on public.alerts (org_id, id desc);
create index alerts_unmailed on public.alerts (first_at) where mailed_at is null;
call app.isolate('alerts');
grant select on public.alerts to alo_app;
grant update (resolved_at) on public.alerts to alo_app;

-- Which events have been looked at for what they say of trouble.
alter table public.events add column considered_at timestamptz;
create index events_unconsidered on public.events (created_at) where considered_at is null;

-- Foundation: roles, the claims that policies read, people, organizations.
--
-- Runs on PGlite, on Postgres >= 15 with pgvector and on Supabase. It leans on no schema of
-- Supabase's own (auth, storage): identity arrives as claims set by the server, per transaction.

create extension if not exists vector;

do $$
begin
  -- Serves requests. Row-level security decides what it sees; it cannot write money.
  begin create role alo_app nologin; exception when duplicate_object or unique_violation then null; end;
  -- Named places only: webhooks, jobs, the ledger, sign-up, sweeps.
  begin create role alo_system nologin; exception when duplicate_object or unique_violation then null; end;
end $$;
grant alo_app, alo_system to current_user;

-- Where Supabase keeps pgvector's types and operators.
do $$
begin
  if exists (select from pg_namespace where nspname = 'extensions') then
    grant usage on schema extensions to alo_app, alo_system;
  end if;
end $$;

create schema if not exists app;
grant usage on schema app, public to alo_app, alo_system;

create function app.claims() returns jsonb language sql stable set search_path = '' as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
create function app.current_org() returns text language sql stable set search_path = '' as $$
  select app.claims() ->> 'org_id'
$$;
create function app.current_user_id() returns text language sql stable set search_path = '' as $$
  select app.claims() ->> 'sub'
$$;

-- Gives a tenant table its two policies. `org_column` names the organization a row belongs to.
create procedure app.isolate(table_name text, org_column text default 'org_id')
language plpgsql as $$
begin
  execute format('alter table public.%I enable row level security', table_name);
  execute format('alter table public.%I force row level security', table_name);
  execute format(
    'create policy tenant on public.%I to alo_app using (%I = (select app.current_org())) with check (%I = (select app.current_org()))',
    table_name, org_column, org_column);
  execute format(
    'create policy system on public.%I to alo_system using (true) with check (true)', table_name);
  execute format('grant select, insert, update, delete on public.%I to alo_system', table_name);
end $$;

create table public.users (
  id text primary key,
  auth_id uuid not null unique,
  email text not null,
  name text,
  phone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.organizations (
  id text primary key,
  name text not null,
  country text not null default 'CO',
  currency text not null default 'COP',
  -- Set by the subscription alone.
  plan text not null default 'free' check (plan in ('free', 'pro')),
  -- Micros. Changed only by the ledger's trigger and the holds; see wallet.
  wallet_balance bigint not null default 0 check (wallet_balance >= 0),
  wallet_held bigint not null default 0 check (wallet_held >= 0 and wallet_held <= wallet_balance),
  -- The person whose first sign-in made it: one such organization a person.
  founded_by text unique references public.users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.memberships (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  user_id text not null references public.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  created_at timestamptz not null default now(),
  unique (org_id, user_id)
);
create index memberships_user on public.memberships (user_id);

create table public.api_keys (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  name text not null,
  mode text not null check (mode in ('live', 'test')),
  secret_hash text not null unique,
  -- The last four characters, so a person can tell keys apart.
  hint text not null,
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_org on public.api_keys (org_id, created_at desc);

call app.isolate('organizations', 'id');
call app.isolate('memberships');
call app.isolate('api_keys');
grant select on public.organizations, public.memberships to alo_app;
grant update (name) on public.organizations to alo_app;
grant select, insert on public.api_keys to alo_app;
grant update (revoked_at) on public.api_keys to alo_app;

-- People: oneself, and those of the organization at hand.
alter table public.users enable row level security;
alter table public.users force row level security;
create policy tenant on public.users for select to alo_app using (
  id = (select app.current_user_id())
  or exists (
    select from public.memberships m
    where m.user_id = users.id and m.org_id = (select app.current_org())
  )
);
create policy system on public.users to alo_system using (true) with check (true);
grant select on public.users to alo_app;
grant select, insert, update, delete on public.users to alo_system;

-- Stored answers of requests that carried an Idempotency-Key.
create table public.idempotency_keys (
  org_id text not null references public.organizations (id) on delete cascade,
  key text not null,
  route text not null,
  body_hash text not null,
  -- Null while the request is running.
  status_code int,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (org_id, key)
);
call app.isolate('idempotency_keys');
grant select, insert, update, delete on public.idempotency_keys to alo_app;

-- Webhooks received from providers: kept before they are answered, processed by a job, once.
create table public.provider_events (
  id text primary key,
  provider text not null,
  event_id text not null,
  name text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  unique (provider, event_id)
);
create index provider_events_waiting on public.provider_events (received_at) where processed_at is null;
alter table public.provider_events enable row level security;
alter table public.provider_events force row level security;
create policy system on public.provider_events to alo_system using (true) with check (true);
grant select, insert, update, delete on public.provider_events to alo_system;

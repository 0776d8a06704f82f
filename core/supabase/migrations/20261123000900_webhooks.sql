-- The outbox told to others: live to whoever listens, and as signed webhooks to the addresses an organization registers.

alter table public.events
  -- Made on request, to try an integration out: nothing has happened.
  add column test boolean not null default false,
  -- The order listeners get events in, given by the relay one batch after another. Ids and times are older than the
  -- commit, so an event can appear behind one that was read already; a position never does.
  add column position bigint unique,
  add unique (id, org_id);
create sequence app.event_positions;
grant usage on sequence app.event_positions to alo_system;
create index events_feed on public.events (org_id, position);
create index events_age on public.events (created_at);

create table public.webhook_endpoints (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  url text not null,
  description text,
  -- Patterns: `call.ended`, `call.*`, `*`.
  event_types jsonb not null,
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  -- manual: by the organization. gone: it answered 410. failing: nothing got through for days.
  disabled_reason text check (disabled_reason in ('manual', 'gone', 'failing')),
  disabled_at timestamptz,
  -- The first failure since the last success.
  failing_since timestamptz,
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, org_id),
  check ((status = 'disabled') = (disabled_reason is not null))
);
create index webhook_endpoints_org on public.webhook_endpoints (org_id, id desc);
call app.isolate('webhook_endpoints');
grant select, insert, update, delete on public.webhook_endpoints to alo_app;
call app.audit('webhook_endpoints', '{failing_since}');

-- What deliveries are signed with: one, and while a rotation lasts its predecessor.
create table public.webhook_secrets (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  endpoint_id text not null,
  secret text not null,
  created_at timestamptz not null default now(),
  -- Signs until then; null for the present one.
  expires_at timestamptz,
  foreign key (endpoint_id, org_id) references public.webhook_endpoints (id, org_id) on delete cascade
);
create index webhook_secrets_endpoint on public.webhook_secrets (endpoint_id);
call app.isolate('webhook_secrets');
-- The role that serves requests writes a secret and never reads one: it is shown when it is made.
grant insert on public.webhook_secrets to alo_app;
grant select (id, org_id, endpoint_id, created_at, expires_at) on public.webhook_secrets to alo_app;
grant update (expires_at), delete on public.webhook_secrets to alo_app;
call app.audit('webhook_secrets', '{secret}');

-- One event for one endpoint, once, however often it is relayed or replayed.
create table public.webhook_deliveries (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  event_id text not null,
  event_type text not null,
  endpoint_id text not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  -- Attempts ever begun; the number of the last one.
  attempts int not null default 0,
  -- Attempts begun since it was made or replayed: how far along the schedule of retries it is.
  step int not null default 0,
  -- Replays. An attempt that a replay overtook has no say in what comes next.
  round int not null default 0,
  -- When it is due; while an attempt runs, when that attempt is taken for dead.
  next_attempt_at timestamptz not null,
  -- Set while an attempt runs.
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  unique (event_id, endpoint_id),
  foreign key (event_id, org_id) references public.events (id, org_id) on delete cascade,
  foreign key (endpoint_id, org_id) references public.webhook_endpoints (id, org_id) on delete cascade
);
create index webhook_deliveries_due on public.webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_leased on public.webhook_deliveries (org_id) where leased_until is not null;
create index webhook_deliveries_endpoint on public.webhook_deliveries (endpoint_id, id desc);
call app.isolate('webhook_deliveries');
grant select, insert, update on public.webhook_deliveries to alo_app;

-- What came of each attempt.
create table public.webhook_attempts (
  delivery_id text not null references public.webhook_deliveries (id) on delete cascade,
  number int not null,
  org_id text not null references public.organizations (id) on delete cascade,
  at timestamptz not null,
  duration_ms int not null,
  -- What the endpoint answered, or why there was no answer.
  status_code int,
  error text,
  -- The beginning of the answer's body.
  response text,
  primary key (delivery_id, number)
);
call app.isolate('webhook_attempts');
grant select on public.webhook_attempts to alo_app;

-- The interview and what comes of it.

create table public.agents (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  name text not null,
  current_version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index agents_org on public.agents (org_id, created_at desc, id desc);

create table public.agent_versions (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  agent_id text not null references public.agents (id) on delete cascade,
  version int not null,
  config jsonb not null,
  system_prompt text not null,
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  unique (agent_id, version)
);

create table public.interviews (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  status text not null default 'in_progress' check (status in ('in_progress', 'completed')),
  language text not null default 'es' check (language in ('es', 'en')),
  -- What is known so far, field by field.
  config jsonb not null default '{}',
  -- Topics the owner had no answer to.
  skipped jsonb not null default '[]',
  -- The topic of the question that stands.
  asking text,
  agent_id text references public.agents (id) on delete set null,
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index interviews_org on public.interviews (org_id, created_at desc, id desc);

create table public.interview_messages (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  interview_id text not null references public.interviews (id) on delete cascade,
  position int not null,
  role text not null check (role in ('interviewer', 'owner')),
  content text not null,
  -- interviewer: the topic asked. owner: the topic answered.
  topic text,
  -- owner: what the answer changed in the configuration.
  patch jsonb,
  created_at timestamptz not null default now(),
  unique (interview_id, position)
);

call app.isolate('agents');
call app.isolate('agent_versions');
call app.isolate('interviews');
call app.isolate('interview_messages');
grant select, insert, update, delete on public.agents, public.interviews to alo_app;
-- Versions and messages are history: nobody who serves requests rewrites them.
grant select, insert on public.agent_versions, public.interview_messages to alo_app;

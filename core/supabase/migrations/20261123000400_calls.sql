-- Calls, their turns with the latency ledger, and their events.

create table public.calls (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  agent_id text not null references public.agents (id),
  agent_version int not null,
  kind text not null check (kind in ('test')),
  from_number text not null,
  to_number text not null,
  status text not null default 'queued' check (status in
    ('queued', 'dialing', 'in_progress', 'completed', 'no_answer', 'busy', 'failed')),
  -- Why it ended: caller_hangup, agent_hangup, time_limit, carrier_error, interrupted…
  end_reason text,
  -- Made before the carrier is asked, so a second attempt at the same dial is recognised.
  command_id uuid not null,
  carrier text not null,
  carrier_call_id text,
  stream_token_hash text unique,
  rate_per_minute bigint not null check (rate_per_minute >= 0),
  currency text not null,
  -- The process that has the call's socket, and when it was last heard of.
  owner_instance text,
  heartbeat_at timestamptz,
  dialed_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  duration_ms int check (duration_ms >= 0),
  cost bigint check (cost >= 0),
  recording_path text,
  created_by text references public.users (id),
  created_at timestamptz not null default now()
);
create index calls_org on public.calls (org_id, created_at desc, id desc);
create index calls_open on public.calls (status) where status in ('queued', 'dialing', 'in_progress');
create index calls_carrier on public.calls (carrier_call_id);

create table public.call_turns (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  call_id text not null references public.calls (id) on delete cascade,
  position int not null,
  -- Null for what the agent says unasked (the greeting, the goodbye after silence).
  caller_text text,
  -- What the caller heard of the answer: cut where it was interrupted.
  agent_text text not null default '',
  interrupted boolean not null default false,
  tool_calls jsonb not null default '[]',
  -- The ledger: milliseconds since the call's first frame.
  caller_end_ms int,
  end_of_turn_ms int,
  llm_first_token_ms int,
  tts_first_byte_ms int,
  audio_out_ms int,
  -- audio_out_ms - caller_end_ms: the honest figure, endpointing included.
  voice_to_voice_ms int generated always as (audio_out_ms - caller_end_ms) stored,
  unique (call_id, position)
);

create table public.call_events (
  call_id text not null references public.calls (id) on delete cascade,
  position int not null,
  org_id text not null references public.organizations (id) on delete cascade,
  type text not null,
  at_ms int not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (call_id, position)
);

call app.isolate('calls');
call app.isolate('call_turns');
call app.isolate('call_events');
-- A call costs money: rows are written by the named places that also keep the ledger.
grant select on public.calls, public.call_turns, public.call_events to alo_app;

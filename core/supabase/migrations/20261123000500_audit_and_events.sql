-- Two records of what happened: the audit log (who changed what, for the organization's own eyes, hash-chained)
-- and the outbox of events (what integrations are told), each written in the transaction of the change itself.

create table public.audit_logs (
  org_id text not null references public.organizations (id) on delete cascade,
  -- 1, 2, 3… within the organization: a missing one shows.
  seq bigint not null,
  -- The person, the key or the part of the platform that did it, and from where.
  actor_type text not null check (actor_type in ('user', 'api_key', 'system')),
  actor_id text,
  ip text,
  user_agent text,
  request_id text,
  action text not null check (action in ('insert', 'update', 'delete')),
  target_type text not null,
  target_id text not null,
  -- What changed: whole rows for insert and delete, the changed columns for update. No secrets.
  before jsonb,
  after jsonb,
  at timestamptz not null,
  prev_hash text not null,
  hash text not null,
  primary key (org_id, seq)
);
call app.isolate('audit_logs');
-- Append-only for everybody, in both roles' hands only to read and to add to.
revoke update, delete on public.audit_logs from alo_system;
grant select, insert on public.audit_logs to alo_app;

-- What an entry's hash covers, as one text: whoever has the texts can follow the chain without us.
-- jsonb prints its keys in one order, so the text is the same everywhere.
create function app.audit_canonical(entry public.audit_logs) returns text
language sql immutable set search_path = '' as $$
  select jsonb_build_array(
    entry.prev_hash, entry.org_id, entry.seq, entry.actor_type, entry.actor_id, entry.ip, entry.user_agent,
    entry.request_id, entry.action, entry.target_type, entry.target_id, entry.before, entry.after,
    (extract(epoch from entry.at) * 1000000)::bigint
  )::text
$$;
create function app.audit_hash(entry public.audit_logs) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(app.audit_canonical(entry), 'UTF8')), 'hex')
$$;

-- Chains every entry to the one before it, whoever wrote it: number, previous hash and hash are not the writer's to choose.
create function app.audit_chain() returns trigger language plpgsql set search_path = '' as $$
declare
  last record;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit:' || new.org_id, 0));
  select seq, hash into last from public.audit_logs where org_id = new.org_id order by seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.prev_hash := coalesce(last.hash, '');
  new.at := clock_timestamp();
  new.hash := app.audit_hash(new);
  return new;
end $$;
create trigger audit_logs_chain before insert on public.audit_logs
  for each row execute function app.audit_chain();
create trigger audit_logs_append_only before update or delete on public.audit_logs
  for each row when (pg_trigger_depth() = 0) execute function app.refuse_change();

-- Writes the entry of one changed row. Runs when the transaction commits, so that the chain is locked last and
-- for a moment only. Arguments: the column naming the organization, then the columns that are left out.
create function app.audit_row() returns trigger language plpgsql set search_path = '' as $$
declare
  org_column text := tg_argv[0];
  hidden text[] := tg_argv[1:];
  claims jsonb := coalesce(app.claims(), '{}');
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) - hidden end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) - hidden end;
  whole jsonb := coalesce(new_row, old_row);
  org text := whole ->> org_column;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(key, value) into new_row from jsonb_each(new_row) where value is distinct from old_row -> key;
    if new_row is null then
      return null;
    end if;
    select jsonb_object_agg(key, value) into old_row from jsonb_each(old_row) where new_row ? key;
  end if;
  -- The organization's own end takes its log along.
  if not exists (select from public.organizations where id = org) then
    return null;
  end if;
  insert into public.audit_logs
    (org_id, seq, actor_type, actor_id, ip, user_agent, request_id, action, target_type, target_id, before, after, at, prev_hash, hash)
  values (
    org, 0,
    case when claims ? 'sub' then 'user' when claims ? 'key_id' then 'api_key' else 'system' end,
    coalesce(claims ->> 'sub', claims ->> 'key_id'),
    claims ->> 'ip', claims ->> 'user_agent', claims ->> 'request_id',
    lower(tg_op), tg_table_name, whole ->> 'id', old_row, new_row, now(), '', ''
  );
  return null;
end $$;

-- Has every change of a table recorded. `hidden` columns never reach the log: secrets, and what changes on its own.
create procedure app.audit(table_name text, hidden text[] default '{}', org_column text default 'org_id')
language plpgsql as $$
begin
  execute format(
    'create constraint trigger %I after insert or update or delete on public.%I deferrable initially deferred for each row execute function app.audit_row(%s)',
    table_name || '_audit', table_name,
    (select string_agg(quote_literal(argument), ', ') from unnest(array[org_column, 'updated_at'] || hidden) argument));
end $$;

call app.audit('organizations', '{wallet_balance,wallet_held}', 'id');
call app.audit('memberships');
call app.audit('api_keys', '{secret_hash,last_used_at}');
call app.audit('subscriptions');
call app.audit('payments');
call app.audit('wallet_entries');
call app.audit('agents');
-- The version names what changed; the prompt made of it is the same configuration in more words.
call app.audit('agent_versions', '{system_prompt}');
call app.audit('knowledge_documents', '{status,failure,chunk_count,queued_at,requeues,processed_at,storage_path}');

-- The outbox: what happened, for webhooks and for whoever listens. Written with the change or not at all.
create table public.events (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  type text not null,
  -- The object as the API shows it, at that moment.
  data jsonb not null,
  created_at timestamptz not null default now(),
  -- When its webhook deliveries were made; null while the relay has not seen it.
  relayed_at timestamptz
);
create index events_org on public.events (org_id, created_at desc, id desc);
create index events_waiting on public.events (created_at) where relayed_at is null;
call app.isolate('events');
grant select, insert on public.events to alo_app;

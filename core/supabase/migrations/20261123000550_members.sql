-- Members and invitations, keys with scopes and rotation, and what the platform's own administrators look at.

-- The Idempotency-Key (with the person, hashed) an organization was asked for with: asked again, it is the same one.
alter table public.organizations add column creation_key text unique;

-- Joining is the system's: whoever accepts is not a member yet.
grant update (role), delete on public.memberships to alo_app;

-- An organization always has an owner, whatever runs at once and whoever changes the rows. The lock makes
-- two that leave at the same moment take turns; the second then sees that it is the last.
create function app.keep_an_owner() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('members:' || old.org_id, 0));
  if not (tg_op = 'UPDATE' and new.role = 'owner')
    and exists (select from public.organizations where id = old.org_id)
    and not exists (
      select from public.memberships where org_id = old.org_id and role = 'owner' and id <> old.id
    )
  then
    raise exception 'organization % would have no owner', old.org_id using errcode = 'check_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger memberships_keep_an_owner before update of role or delete on public.memberships
  for each row when (old.role = 'owner') execute function app.keep_an_owner();

create table public.invitations (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  -- As our forms keep addresses: trimmed, in lower case.
  email text not null,
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  language text not null default 'es' check (language in ('es', 'en')),
  status text not null default 'pending'
    check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired', 'undeliverable')),
  -- SHA-256 of the token in the mail sent last: the only one that works. Null while none has been sent.
  token_hash text unique,
  invited_by text references public.users (id) on delete set null,
  accepted_by text references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- When its mail was last asked for, and when that one was handed over. Null: not yet.
  mail_requested_at timestamptz not null default now(),
  mailed_at timestamptz,
  -- When it was accepted, declined, revoked or replaced.
  settled_at timestamptz,
  check ((status = 'pending') = (settled_at is null))
);
create unique index invitations_pending on public.invitations (org_id, email) where status = 'pending';
create index invitations_org on public.invitations (org_id, id desc);
create index invitations_unmailed on public.invitations (mail_requested_at)
  where status = 'pending' and mailed_at is null;
call app.isolate('invitations');
grant select, insert on public.invitations to alo_app;
grant update (status, settled_at, expires_at, mail_requested_at, mailed_at, token_hash)
  on public.invitations to alo_app;
call app.audit('invitations', '{token_hash,mail_requested_at,mailed_at}');

alter table public.api_keys
  -- Never an owner's: what only owners do, people do.
  add column role text not null default 'admin' check (role in ('admin', 'agent', 'viewer')),
  -- Null: everything the role may.
  add column scopes text[],
  add column expires_at timestamptz,
  -- After a rotation the secret before works on for a while.
  add column previous_secret_hash text unique,
  add column previous_expires_at timestamptz,
  add column rotated_at timestamptz,
  add constraint api_keys_previous check ((previous_secret_hash is null) = (previous_expires_at is null));
grant update (secret_hash, hint, previous_secret_hash, previous_expires_at, rotated_at)
  on public.api_keys to alo_app;
drop trigger api_keys_audit on public.api_keys;
call app.audit('api_keys', '{secret_hash,previous_secret_hash,last_used_at}');

-- What administrators of the platform looked at: written before they see it, never changed.
create table public.admin_actions (
  id text primary key,
  -- No references: the record outlives whom it is about.
  user_id text not null,
  email text not null,
  action text not null,
  detail jsonb not null default '{}',
  ip text,
  user_agent text,
  request_id text,
  at timestamptz not null default now()
);
alter table public.admin_actions enable row level security;
alter table public.admin_actions force row level security;
create policy system on public.admin_actions to alo_system using (true) with check (true);
grant select, insert on public.admin_actions to alo_system;
create trigger admin_actions_append_only before update or delete on public.admin_actions
  for each row execute function app.refuse_change();

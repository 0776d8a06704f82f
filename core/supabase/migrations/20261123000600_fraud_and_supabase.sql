-- One free credit a person; throw-away mailboxes; and what is Supabase's own: its auth hook, its buckets,
-- its API. That second half does nothing where Supabase's roles and schemas are not there.

-- The marks of people who have founded an organization, for good: an account that comes back under another
-- spelling of its address, or with the same phone, is known.
create table public.free_credit_claims (
  kind text not null check (kind in ('email', 'phone')),
  -- SHA-256 of the canonical address or of the E.164 number.
  digest text not null,
  -- No reference: the mark outlives the organization.
  org_id text not null,
  claimed_at timestamptz not null default now(),
  primary key (kind, digest)
);
alter table public.free_credit_claims enable row level security;
alter table public.free_credit_claims force row level security;
create policy system on public.free_credit_claims to alo_system using (true) with check (true);
grant select, insert on public.free_credit_claims to alo_system;

-- Filled by the platform when it starts on a Supabase database; see `syncDisposableDomains`.
create table app.disposable_domains (domain text primary key);
grant select, insert, delete on app.disposable_domains to alo_system;

-- Whether an address is of a throw-away mailbox, whatever subdomain it hides under.
create function app.is_disposable(email text) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from app.disposable_domains d
    where d.domain in (select array_to_string(labels[n:], '.') from generate_subscripts(labels, 1) n)
  )
  from (select string_to_array(lower(rtrim(split_part(email, '@', -1), '.')), '.') as labels) address
$$;

-- Supabase Auth asks this before it makes an account, by whatever way: form, mailed code, Google.
-- https://supabase.com/docs/guides/auth/auth-hooks/before-user-created-hook
create function app.before_user_created(event jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if app.is_disposable(coalesce(event -> 'user' ->> 'email', '')) then
    return jsonb_build_object('error', jsonb_build_object(
      'http_code', 422,
      'message', 'Ese correo es desechable. Use uno que vaya a conservar.'));
  end if;
  return '{}'::jsonb;
end $$;
revoke execute on function app.is_disposable, app.before_user_created from public;
grant execute on function app.is_disposable, app.before_user_created to alo_system;

do $$
begin
  if exists (select from pg_roles where rolname = 'supabase_auth_admin') then
    grant usage on schema app to supabase_auth_admin;
    grant select on app.disposable_domains to supabase_auth_admin;
    grant execute on function app.is_disposable, app.before_user_created to supabase_auth_admin;
  end if;
end $$;

-- Supabase grants its API's roles everything in `public`, today's tables and tomorrow's. Our tables are
-- closed to them by row-level security; this closes them once more. The platform connects to the database.
do $$
declare
  api_role name;
begin
  for api_role in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all tables in schema public from %I', api_role);
    execute format('revoke all on all sequences in schema public from %I', api_role);
    execute format('revoke all on all functions in schema public from %I', api_role);
    execute format('alter default privileges in schema public revoke all on tables from %I', api_role);
    execute format('alter default privileges in schema public revoke all on sequences from %I', api_role);
    execute format('alter default privileges in schema public revoke all on functions from %I', api_role);
  end loop;
end $$;

-- Files: two private buckets that the service key alone opens. People reach them through our API, which
-- knows their role. Restrictive, so that no other policy of the project can open them.
do $$
begin
  if to_regclass('storage.buckets') is null or to_regclass('storage.objects') is null then
    return;
  end if;
  insert into storage.buckets (id, name, public)
  values ('knowledge', 'knowledge', false), ('recordings', 'recordings', false)
  on conflict (id) do update set public = false;
  begin
    create policy "alo: files of the platform" on storage.objects as restrictive for all
      to anon, authenticated
      using (bucket_id not in ('knowledge', 'recordings'))
      with check (bucket_id not in ('knowledge', 'recordings'));
  exception when insufficient_privilege then
    raise warning 'no policy on storage.objects: its owner has to create it (docs/supabase.md)';
  end;
end $$;

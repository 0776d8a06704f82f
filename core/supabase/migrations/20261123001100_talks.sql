-- Calls that come in from a browser or a terminal: a media socket and no carrier behind it.
alter table public.calls drop constraint calls_kind_check;
alter table public.calls add constraint calls_kind_check check (kind in ('test', 'talk'));

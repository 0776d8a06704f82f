-- What row-level security does not see: a foreign key is checked without it, and a file's path is only a text.
-- So a row ties itself to rows of its own organization alone, and to files under its own folder.

alter table public.agents add unique (id, org_id);
alter table public.interviews add unique (id, org_id);
alter table public.knowledge_documents add unique (id, org_id);
alter table public.calls add unique (id, org_id);

alter table public.agent_versions
  drop constraint agent_versions_agent_id_fkey,
  add foreign key (agent_id, org_id) references public.agents (id, org_id) on delete cascade;
alter table public.interviews
  drop constraint interviews_agent_id_fkey,
  add foreign key (agent_id, org_id) references public.agents (id, org_id) on delete set null (agent_id);
alter table public.interview_messages
  drop constraint interview_messages_interview_id_fkey,
  add foreign key (interview_id, org_id) references public.interviews (id, org_id) on delete cascade;
alter table public.knowledge_base
  drop constraint knowledge_base_document_id_fkey,
  add foreign key (document_id, org_id) references public.knowledge_documents (id, org_id) on delete cascade;
alter table public.calls
  drop constraint calls_agent_id_fkey,
  add foreign key (agent_id, org_id) references public.agents (id, org_id);
alter table public.call_turns
  drop constraint call_turns_call_id_fkey,
  add foreign key (call_id, org_id) references public.calls (id, org_id) on delete cascade;
alter table public.call_events
  drop constraint call_events_call_id_fkey,
  add foreign key (call_id, org_id) references public.calls (id, org_id) on delete cascade;

alter table public.knowledge_documents
  add constraint knowledge_documents_own_folder check (starts_with(storage_path, org_id || '/'));
alter table public.calls
  add constraint calls_own_folder check (recording_path is null or starts_with(recording_path, org_id || '/'));

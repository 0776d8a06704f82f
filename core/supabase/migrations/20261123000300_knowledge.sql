-- Knowledge: documents, and their chunks with embedding and Spanish full text.

create table public.knowledge_documents (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  filename text not null,
  media_type text not null,
  byte_size bigint not null check (byte_size > 0),
  sha256 text not null,
  storage_path text not null,
  status text not null default 'queued' check (status in ('queued', 'processing', 'ready', 'failed')),
  -- Why it failed, for the owner to read, in both languages: {"es": …, "en": …}
  failure jsonb,
  chunk_count int not null default 0,
  created_by text references public.users (id),
  created_at timestamptz not null default now(),
  -- When it was last asked to be read. Names that asking: the same one is never queued twice.
  queued_at timestamptz not null default now(),
  -- How often the sweep had to ask again; a file that keeps killing its reader is given up.
  requeues int not null default 0,
  processed_at timestamptz,
  unique (org_id, sha256)
);
create index knowledge_documents_unfinished on public.knowledge_documents (queued_at)
  where status in ('queued', 'processing');
create index knowledge_documents_org on public.knowledge_documents (org_id, created_at desc, id desc);

create table public.knowledge_base (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  document_id text not null references public.knowledge_documents (id) on delete cascade,
  position int not null,
  content text not null,
  -- `content` in lower case without accents: "cafe" finds "café" on any Postgres, without an extension.
  folded text not null,
  search tsvector generated always as (to_tsvector('spanish', folded)) stored,
  embedding vector(512) not null,
  embedding_model text not null,
  created_at timestamptz not null default now(),
  unique (document_id, position)
);

-- The only index a search uses is the organization's own rows, and that is meant. An HNSW index walks
-- everybody's vectors and filters afterwards: a small organization among large ones would find nothing.
-- And row-level security keeps `@@` from a GIN index, since `@@` is not leakproof. An organization's
-- chunks are bounded (limits.knowledge.chunksMax), so reading all of them is exact and fast.
create index knowledge_base_org on public.knowledge_base (org_id);
-- Kept in the row itself: a search reads these two of every chunk, and `content` of the few it returns.
alter table public.knowledge_base alter column embedding set storage plain;
alter table public.knowledge_base alter column search set storage main;

call app.isolate('knowledge_documents');
call app.isolate('knowledge_base');
grant select, insert, update, delete on public.knowledge_documents, public.knowledge_base to alo_app;

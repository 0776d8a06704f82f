import type { ColumnType, Generated } from 'kysely';
import type { Currency, Id, Language, Localized } from '../kernel/index.ts';

/** `bigint` columns: micros and sizes. The driver is told to parse int8 as bigint. */
type Timestamp = ColumnType<Date, Date | undefined, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
/** Written as JSON text, read as the value. */
type Json<T> = ColumnType<T, string, string>;
type GeneratedJson<T> = ColumnType<T, string | undefined, string>;

/** The tables as `core/supabase/migrations` makes them. */
export interface Database {
  users: {
    id: Id<'usr'>;
    auth_id: string;
    email: string;
    name: string | null;
    phone: string | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  organizations: {
    id: Id<'org'>;
    name: string;
    country: Generated<string>;
    currency: Generated<Currency>;
    plan: Generated<'free' | 'pro'>;
    wallet_balance: Generated<bigint>;
    wallet_held: Generated<bigint>;
    /** Null: the default of the currency. */
    wallet_low_at: bigint | null;
    founded_by: Id<'usr'> | null;
    creation_key: string | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  memberships: {
    id: Id<'mem'>;
    org_id: Id<'org'>;
    user_id: Id<'usr'>;
    role: 'owner' | 'admin' | 'agent' | 'viewer';
    created_at: Timestamp;
  };
  api_keys: {
    id: Id<'key'>;
    org_id: Id<'org'>;
    name: string;
    mode: 'live' | 'test';
    secret_hash: string;
    hint: string;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
    last_used_at: NullableTimestamp;
    revoked_at: NullableTimestamp;
    role: Generated<'admin' | 'agent' | 'viewer'>;
    scopes: string[] | null;
    expires_at: NullableTimestamp;
    previous_secret_hash: string | null;
    previous_expires_at: NullableTimestamp;
    rotated_at: NullableTimestamp;
  };
  invitations: {
    id: Id<'ivt'>;
    org_id: Id<'org'>;
    email: string;
    role: 'owner' | 'admin' | 'agent' | 'viewer';
    language: Generated<Language>;
    status: Generated<
      'pending' | 'accepted' | 'declined' | 'revoked' | 'expired' | 'undeliverable'
    >;
    token_hash: string | null;
    invited_by: Id<'usr'> | null;
    accepted_by: Id<'usr'> | null;
    created_at: Timestamp;
    expires_at: Timestamp;
    mail_requested_at: Timestamp;
    mailed_at: NullableTimestamp;
    settled_at: NullableTimestamp;
  };
  admin_actions: {
    id: Id<'adm'>;
    user_id: Id<'usr'>;
    email: string;
    action: string;
    detail: GeneratedJson<Record<string, unknown>>;
    ip: string | null;
    user_agent: string | null;
    request_id: string | null;
    at: Timestamp;
  };
  free_credit_claims: {
    kind: 'email' | 'phone';
    digest: string;
    org_id: Id<'org'>;
    claimed_at: Timestamp;
  };
  idempotency_keys: {
    org_id: Id<'org'>;
    key: string;
    route: string;
    body_hash: string;
    status_code: number | null;
    response: Json<unknown> | null;
    content_type: string | null;
    /** What the ids of the request's objects are made of. */
    seed: Generated<string>;
    created_at: Timestamp;
  };
  provider_events: {
    id: Id<'whk'>;
    provider: string;
    event_id: string;
    name: string;
    payload: Json<unknown>;
    received_at: Timestamp;
    processed_at: NullableTimestamp;
  };
  audit_logs: {
    org_id: Id<'org'>;
    seq: bigint;
    actor_type: 'user' | 'api_key' | 'system';
    actor_id: string | null;
    ip: string | null;
    user_agent: string | null;
    request_id: string | null;
    action: 'insert' | 'update' | 'delete';
    target_type: string;
    target_id: string;
    before: Json<Record<string, unknown>> | null;
    after: Json<Record<string, unknown>> | null;
    at: Timestamp;
    prev_hash: string;
    hash: string;
  };
  events: {
    id: Id<'evt'>;
    org_id: Id<'org'>;
    type: string;
    data: Json<Record<string, unknown>>;
    created_at: Timestamp;
    relayed_at: NullableTimestamp;
    considered_at: NullableTimestamp;
    test: Generated<boolean>;
    position: bigint | null;
  };
  webhook_endpoints: {
    id: Id<'whe'>;
    org_id: Id<'org'>;
    url: string;
    description: string | null;
    event_types: Json<string[]>;
    status: Generated<'enabled' | 'disabled'>;
    disabled_reason: 'manual' | 'gone' | 'failing' | null;
    disabled_at: NullableTimestamp;
    failing_since: NullableTimestamp;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  webhook_secrets: {
    id: Id<'wsk'>;
    org_id: Id<'org'>;
    endpoint_id: Id<'whe'>;
    secret: string;
    created_at: Timestamp;
    expires_at: NullableTimestamp;
  };
  webhook_deliveries: {
    id: Id<'dlv'>;
    org_id: Id<'org'>;
    event_id: Id<'evt'>;
    event_type: string;
    endpoint_id: Id<'whe'>;
    status: Generated<'pending' | 'delivered' | 'failed'>;
    attempts: Generated<number>;
    step: Generated<number>;
    round: Generated<number>;
    next_attempt_at: ColumnType<Date, Date, Date>;
    leased_until: NullableTimestamp;
    created_at: Timestamp;
    completed_at: NullableTimestamp;
  };
  webhook_attempts: {
    delivery_id: Id<'dlv'>;
    number: number;
    org_id: Id<'org'>;
    at: Timestamp;
    duration_ms: number;
    status_code: number | null;
    error: string | null;
    response: string | null;
  };
  alerts: {
    id: Id<'alr'>;
    /** Null: of the platform itself. */
    org_id: Id<'org'> | null;
    kind: 'low_balance' | 'payment_failed' | 'webhook_disabled' | 'provider_down';
    subject: string;
    data: GeneratedJson<Record<string, unknown>>;
    occurrences: Generated<number>;
    first_at: Timestamp;
    last_at: Timestamp;
    mailed_at: NullableTimestamp;
    resolved_at: NullableTimestamp;
  };
  subscriptions: {
    id: Id<'sub'>;
    org_id: Id<'org'>;
    provider: string;
    provider_customer_id: string | null;
    provider_subscription_id: string | null;
    status: string;
    current_period_end: NullableTimestamp;
    cancel_at_period_end: Generated<boolean>;
    past_due_since: NullableTimestamp;
    failed_invoice: string | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  payments: {
    id: Id<'pay'>;
    org_id: Id<'org'>;
    provider: string;
    reference: string;
    provider_payment_id: string | null;
    checkout_id: string | null;
    amount: bigint;
    refunded: Generated<bigint>;
    currency: Currency;
    status: Generated<'pending' | 'approved' | 'declined' | 'voided' | 'error' | 'expired'>;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  payment_refunds: {
    id: Id<'rfd'>;
    org_id: Id<'org'>;
    payment_id: Id<'pay'>;
    amount: bigint;
    status: 'booked' | 'owed';
    created_at: Timestamp;
    booked_at: NullableTimestamp;
  };
  billing_checks: {
    subject: string;
    org_id: Id<'org'>;
    kind: 'subscription' | 'checkout' | 'payment';
    since: Timestamp;
    due_at: Timestamp;
    hint: string | null;
  };
  wallet_entries: {
    id: Id<'wtx'>;
    org_id: Id<'org'>;
    amount: bigint;
    /** Filled in by the ledger's trigger. */
    balance_after: Generated<bigint>;
    /** Filled in by the ledger's trigger: 1, 2, 3… within the organization. */
    seq: Generated<bigint>;
    kind: 'top_up' | 'call' | 'refund' | 'adjustment' | 'reversal';
    source_id: string;
    /** Of a call: what it was charged for. */
    seconds: number | null;
    created_at: Timestamp;
  };
  wallet_holds: {
    id: Id<'hold'>;
    org_id: Id<'org'>;
    source_id: string;
    amount: bigint;
    status: Generated<'held' | 'settled' | 'expired'>;
    captured: bigint | null;
    expires_at: Timestamp;
    created_at: Timestamp;
    settled_at: NullableTimestamp;
  };
  agents: {
    id: Id<'agt'>;
    org_id: Id<'org'>;
    name: string;
    current_version: Generated<number>;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  agent_versions: {
    id: Id<'agv'>;
    org_id: Id<'org'>;
    agent_id: Id<'agt'>;
    version: number;
    config: Json<unknown>;
    system_prompt: string;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
  };
  interviews: {
    id: Id<'int'>;
    org_id: Id<'org'>;
    status: Generated<'in_progress' | 'completed'>;
    language: Generated<Language>;
    config: GeneratedJson<unknown>;
    skipped: GeneratedJson<unknown>;
    asking: string | null;
    agent_id: Id<'agt'> | null;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  interview_messages: {
    id: Id<'msg'>;
    org_id: Id<'org'>;
    interview_id: Id<'int'>;
    position: number;
    role: 'interviewer' | 'owner';
    content: string;
    topic: string | null;
    patch: Json<unknown> | null;
    created_at: Timestamp;
  };
  knowledge_documents: {
    id: Id<'doc'>;
    org_id: Id<'org'>;
    filename: string;
    media_type: string;
    byte_size: bigint;
    sha256: string;
    storage_path: string;
    status: Generated<'queued' | 'processing' | 'ready' | 'failed'>;
    failure: Json<Localized> | null;
    chunk_count: Generated<number>;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
    queued_at: Timestamp;
    requeues: Generated<number>;
    processed_at: NullableTimestamp;
  };
  knowledge_base: {
    id: Id<'chk'>;
    org_id: Id<'org'>;
    document_id: Id<'doc'>;
    position: number;
    content: string;
    folded: string;
    /** Generated by the database. */
    search: ColumnType<string, never, never>;
    /** pgvector's text form: `[0.1,0.2,…]`. */
    embedding: string;
    embedding_model: string;
    created_at: Timestamp;
  };
  calls: {
    id: Id<'call'>;
    org_id: Id<'org'>;
    agent_id: Id<'agt'>;
    agent_version: number;
    kind: 'test' | 'talk';
    from_number: string;
    to_number: string;
    status: Generated<
      'queued' | 'dialing' | 'in_progress' | 'completed' | 'no_answer' | 'busy' | 'failed'
    >;
    end_reason: string | null;
    command_id: string;
    carrier: string;
    carrier_call_id: string | null;
    stream_token_hash: string | null;
    rate_per_minute: bigint;
    billing_first_s: Generated<number>;
    billing_next_s: Generated<number>;
    rate_card: string | null;
    rate_prefix: string | null;
    currency: Currency;
    owner_instance: Id<'ins'> | null;
    heartbeat_at: NullableTimestamp;
    dialed_at: NullableTimestamp;
    answered_at: NullableTimestamp;
    ended_at: NullableTimestamp;
    duration_ms: number | null;
    cost: bigint | null;
    recording_path: string | null;
    created_by: Id<'usr'> | null;
    created_at: Timestamp;
  };
  call_turns: {
    id: Id<'trn'>;
    org_id: Id<'org'>;
    call_id: Id<'call'>;
    position: number;
    caller_text: string | null;
    agent_text: Generated<string>;
    interrupted: Generated<boolean>;
    tool_calls: GeneratedJson<unknown>;
    caller_end_ms: number | null;
    end_of_turn_ms: number | null;
    llm_first_token_ms: number | null;
    tts_first_byte_ms: number | null;
    audio_out_ms: number | null;
    voice_to_voice_ms: ColumnType<number | null, never, never>;
    speculative_start_ms: number | null;
    filler_out_ms: number | null;
    tool_ms: Generated<number>;
    failure: string | null;
    cause: 'endpointing' | 'tool' | 'model' | 'voice' | 'pacing' | null;
  };
  call_events: {
    call_id: Id<'call'>;
    position: number;
    org_id: Id<'org'>;
    type: string;
    at_ms: number;
    data: GeneratedJson<unknown>;
    created_at: Timestamp;
  };
}

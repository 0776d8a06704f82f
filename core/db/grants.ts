const everything = 'select, insert, update, delete';

/**
 * What `alo_app`, the role that serves requests, may do with each table: the other half of
 * row-level security, which says with which rows. A table that is not here is the system's alone.
 * Money and calls are read; history is added to; of organizations and keys a few columns change.
 * A test compares this with the database.
 */
export const grants: Readonly<Record<string, string>> = {
  users: 'select',
  organizations: 'select, update(name)',
  memberships: 'select, update(role), delete',
  invitations:
    'select, insert, update(expires_at mail_requested_at mailed_at settled_at status token_hash)',
  api_keys:
    'select, insert, update(hint previous_expires_at previous_secret_hash revoked_at rotated_at secret_hash)',
  idempotency_keys: everything,
  audit_logs: 'select, insert',
  events: 'select, insert',

  subscriptions: 'select',
  payments: 'select',
  payment_refunds: 'select',
  wallet_entries: 'select',
  wallet_holds: 'select',

  alerts: 'select, update(resolved_at)',
  agents: everything,
  agent_versions: 'select, insert',
  interviews: everything,
  interview_messages: 'select, insert',
  knowledge_documents: everything,
  knowledge_base: everything,

  calls: 'select',
  call_turns: 'select',
  call_events: 'select',

  webhook_endpoints: everything,
  webhook_secrets:
    'select(created_at endpoint_id expires_at id org_id), insert, update(expires_at), delete',
  webhook_deliveries: 'select, insert, update',
  webhook_attempts: 'select',
};

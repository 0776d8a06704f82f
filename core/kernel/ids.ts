import { fromString, fromUUID, toUUID, typeidUnboxed } from 'typeid-js';

/**
 * The one registry of id prefixes. A handle's prefix never equals a credential's
 * (`alo_sk_…`, `whsec_…`): a log line or a screenshot of an id must not look like a secret.
 */
export const idPrefixes = {
  usr: 'person',
  org: 'organization',
  mem: 'membership',
  ivt: 'invitation',
  alr: 'alert',
  key: 'API key (the handle, not the secret)',
  sub: 'subscription',
  pay: 'payment',
  rfd: 'refund of a payment',
  wtx: 'wallet entry',
  hold: 'wallet hold',
  int: 'interview',
  msg: 'interview message',
  agt: 'agent',
  agv: 'agent version',
  doc: 'knowledge document',
  chk: 'knowledge chunk',
  call: 'call',
  trn: 'call turn',
  evt: 'event',
  whk: 'received webhook',
  whe: 'webhook endpoint',
  wsk: 'signing secret of a webhook endpoint (the handle, not the secret)',
  dlv: 'webhook delivery',
  req: 'request',
  ins: 'process instance',
  adm: 'action of a platform administrator',
} as const;

export type IdPrefix = keyof typeof idPrefixes;

/** A TypeID: `<prefix>_<26 characters of base32 UUIDv7>`, branded by its prefix. */
export type Id<P extends IdPrefix> = `${P}_${string}`;

/** Makes a fresh id. Injected where a test wants to choose ids. */
export type NewId = <P extends IdPrefix>(prefix: P) => Id<P>;

export const newId: NewId = (prefix) => typeidUnboxed(prefix) as Id<typeof prefix>;

/** A fresh UUIDv7: ids made of it sort by the time it was made, like any other. */
export const newUuid = (): string => toUUID(typeidUnboxed(''));

/** The id that stands for an outside UUID, always the same one (a Supabase user → `usr_…`). */
export function idFromUuid<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  return fromUUID(uuid, prefix).toString() as Id<P>;
}

/** Whether `value` is a well-formed id of this prefix. */
export function isId<P extends IdPrefix>(prefix: P, value: unknown): value is Id<P> {
  if (typeof value !== 'string') return false;
  try {
    fromString(value, prefix);
    return true;
  } catch {
    return false;
  }
}

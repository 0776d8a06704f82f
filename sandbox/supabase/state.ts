import { join } from 'node:path';
import { z } from 'zod';
import { createJsonFile } from '../kit/json-file.ts';

const metadata = z.record(z.string(), z.unknown());

/** What a mailed code is for: each kind has its own place, so none voids another. */
const codeKinds = ['confirmation', 'recovery', 'email_change'] as const;
export type CodeKind = (typeof codeKinds)[number];

const codeRecord = z.object({
  tokenHash: z.string(),
  sentAtMs: z.number(),
  failures: z.number(),
  used: z.boolean(),
  /** PKCE: the link then gives a code for the holder of the verifier instead of a session. */
  challenge: z.string().nullable(),
});
export type CodeRecord = z.infer<typeof codeRecord>;

/** What Google says of the account behind a user. */
const googleAccount = z.object({ sub: z.string(), email: z.string(), name: z.string() });
export type GoogleAccount = z.infer<typeof googleAccount>;

const userRecord = z.object({
  id: z.string(),
  email: z.string(),
  newEmail: z.string().nullable(),
  passwordHash: z.string().nullable(),
  emailConfirmedAtMs: z.number().nullable(),
  lastSignInAtMs: z.number().nullable(),
  bannedUntilMs: z.number().nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  userMetadata: metadata,
  appMetadata: metadata,
  codes: z.partialRecord(z.enum(codeKinds), codeRecord),
  google: googleAccount.nullable().default(null),
});
export type UserRecord = z.infer<typeof userRecord>;

const sessionRecord = z.object({
  id: z.string(),
  userId: z.string(),
  method: z.string(),
  /** The number of the refresh token that works now. */
  counter: z.number(),
  createdAtMs: z.number(),
  refreshedAtMs: z.number(),
});
export type SessionRecord = z.infer<typeof sessionRecord>;

const flowRecord = z.object({
  code: z.string(),
  challenge: z.string(),
  userId: z.string(),
  expiresAtMs: z.number(),
  /** How the user has shown who they are. */
  method: z.string().default('otp'),
});

const bucketRecord = z.object({
  id: z.string(),
  public: z.boolean(),
  fileBytesMax: z.number().nullable(),
  mediaTypes: z.array(z.string()).nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type BucketRecord = z.infer<typeof bucketRecord>;

const projectState = z.object({
  version: z.literal(1),
  anonKey: z.string(),
  serviceKey: z.string(),
  /** Private keys; the first one signs, all are published. */
  signingKeys: z.array(metadata),
  /**
   * Who tokens say they are from: the project's first address. It stays when another port has to be
   * taken, so that a session outlives a restart.
   */
  issuer: z.string().nullable().default(null),
  /** Signs refresh tokens and storage links. */
  secret: z.string(),
  users: z.array(userRecord),
  sessions: z.array(sessionRecord),
  flows: z.array(flowRecord),
  buckets: z.array(bucketRecord),
});
export type ProjectState = z.infer<typeof projectState>;

export interface Store {
  readonly state: ProjectState;
  /** Resolves once what `state` holds now would survive a kill. */
  save(): Promise<void>;
}

/** The project as it was left in `dataDir`, or the fresh one that `create` makes. */
export async function openStore(
  dataDir: string | undefined,
  create: () => Promise<ProjectState>,
): Promise<Store> {
  let state: ProjectState | undefined;
  const file = createJsonFile(dataDir && join(dataDir, 'project.json'), () => state);
  const kept = await file.read();
  state = kept === undefined ? await create() : projectState.parse(kept);
  const store = { state, save: () => file.write() };
  if (kept === undefined) await store.save();
  return store;
}

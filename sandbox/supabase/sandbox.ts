import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '@alo/core/kernel';
import { startSandboxServer, type SandboxOptions, type SandboxServer } from '../kit/index.ts';
import { authRoutes } from './auth-routes.ts';
import { createAuth } from './auth.ts';
import { createCodes } from './codes.ts';
import { createGateway } from './gateway.ts';
import { googleRoutes } from './google-routes.ts';
import { createGoogle } from './google.ts';
import { createKeys, generateProjectKey, generateSigningKey, type KeyRotation } from './keys.ts';
import { createMailer } from './mails.ts';
import { createOAuth } from './oauth.ts';
import { createRateWindows } from './rate-windows.ts';
import { createSessions } from './sessions.ts';
import { defaultSettings, type AuthSettings } from './settings.ts';
import { openStore, type ProjectState } from './state.ts';
import { openObjects } from './storage-objects.ts';
import { storageRoutes } from './storage-routes.ts';
import { createUsers } from './users.ts';

export interface SupabaseSandboxOptions extends SandboxOptions {
  /** Where the project lives on; without it, in memory. */
  readonly dataDir?: string | undefined;
  /** Replace the project's keys; without them it keeps its own. */
  readonly anonKey?: string | undefined;
  readonly serviceKey?: string | undefined;
  /** Where mails are handed in; without it they go nowhere. */
  readonly smtp: { readonly url: string } | undefined;
  readonly settings?: Partial<AuthSettings> | undefined;
}

export interface SupabaseSandbox extends SandboxServer {
  readonly anonKey: string;
  readonly serviceKey: string;
  /** A new signing key, as from the dashboard: what the old ones signed stays valid, unless revoked. */
  rotateSigningKey(options?: KeyRotation): Promise<void>;
}

/** One Supabase project: Auth at `/auth/v1`, Storage at `/storage/v1`. */
export async function startSupabaseSandbox(
  options: SupabaseSandboxOptions,
): Promise<SupabaseSandbox> {
  const clock = options.clock ?? systemClock;
  const settings: AuthSettings = { ...defaultSettings, ...options.settings };
  const store = await openStore(options.dataDir, createProject);
  const { state } = store;
  state.anonKey = options.anonKey ?? state.anonKey;
  state.serviceKey = options.serviceKey ?? state.serviceKey;

  // Known once the server listens; nothing asks for it before.
  let origin = 'http://127.0.0.1';
  const baseUrl = () => `${origin}/auth/v1`;
  const issuer = () => state.issuer ?? baseUrl();
  const keys = createKeys(store, clock, issuer);
  const users = createUsers(store, clock);
  const rates = createRateWindows(clock);
  const mailer = createMailer(options.smtp);
  const codes = createCodes({ clock, settings, mailer, rates, baseUrl });
  const sessions = createSessions({ store, keys, users, clock, settings });
  const gateway = createGateway(state);
  const base = { store, users, codes, sessions, clock, settings };
  const auth = createAuth(base);
  const google = createGoogle(clock);
  const oauth = createOAuth({ ...base, keys, google });
  const objects = await openObjects(options.dataDir && join(options.dataDir, 'storage'));

  const server = await startSandboxServer('supabase', options, async (app) => {
    await app.register(
      authRoutes({ ...base, auth, oauth, keys, gateway, rates, baseUrl, issuer }),
      {
        prefix: '/auth/v1',
      },
    );
    await app.register(googleRoutes({ google, store, callbackUrl: () => `${baseUrl()}/callback` }));
    await app.register(storageRoutes({ store, objects, gateway, keys, clock, settings }), {
      prefix: '/storage/v1',
    });
  });
  origin = server.url;
  if (state.issuer === null) {
    state.issuer = baseUrl();
    await store.save();
  }

  return {
    ...server,
    anonKey: state.anonKey,
    serviceKey: state.serviceKey,
    rotateSigningKey: (options) => keys.rotate(options),
    async close() {
      await server.close();
      mailer.close();
      await store.save();
    },
  };
}

async function createProject(): Promise<ProjectState> {
  return {
    version: 1,
    anonKey: generateProjectKey('publishable'),
    serviceKey: generateProjectKey('secret'),
    signingKeys: [{ ...(await generateSigningKey()) }],
    issuer: null,
    secret: randomBytes(32).toString('hex'),
    users: [],
    sessions: [],
    flows: [],
    buckets: [],
  };
}

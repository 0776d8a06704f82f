import { z } from 'zod';
import type { Db } from '@alo/core/db';
import { AppError } from '@alo/core/kernel';
import type { Routes } from '../http/routes.ts';

export interface SandboxInfo {
  /** Vendors that the sandbox plays; empty in production. */
  readonly vendors: readonly string[];
  readonly urls: Readonly<Record<string, string>>;
}

const healthSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    sandbox: z
      .array(z.string())
      .meta({ description: 'Outside services played by a stand-in: nothing of theirs is real' }),
    sandbox_urls: z
      .record(z.string(), z.string())
      .meta({ description: 'Where the stand-ins listen, on loopback' }),
  })
  .meta({ id: 'Health' });

const config = { access: 'public', idempotency: 'none', rateLimit: false } as const;

/** What operates the platform: liveness, readiness, the contract itself. Not under `/v1`, but for the contract. */
export function platformRoutes(deps: {
  db: Db;
  sandbox: SandboxInfo;
  /** Whether this process is about to stop. */
  isDraining?: () => boolean;
}): Routes {
  const { db, sandbox } = deps;
  return async (app) => {
    app.get(
      '/health',
      {
        config,
        schema: {
          operationId: 'getHealth',
          tags: ['platform'],
          summary: 'Whether the API is alive, and what of it is sandbox',
          response: { 200: healthSchema },
        },
      },
      () => ({
        status: 'ok' as const,
        version: '0.1.0',
        sandbox: [...sandbox.vendors],
        sandbox_urls: { ...sandbox.urls },
      }),
    );

    app.get(
      '/ready',
      {
        config,
        schema: {
          operationId: 'getReadiness',
          tags: ['platform'],
          summary:
            'Whether the API can serve: the database answers, and the process is not about to stop',
          response: { 200: z.object({ status: z.literal('ready') }) },
        },
      },
      async () => {
        if (deps.isDraining?.()) throw new AppError('unavailable');
        await db.ping().catch((cause: unknown) => {
          throw new AppError('unavailable', { cause });
        });
        return { status: 'ready' as const };
      },
    );

    app.get('/v1/openapi.json', { config, schema: { hide: true } }, () => app.swagger());
  };
}

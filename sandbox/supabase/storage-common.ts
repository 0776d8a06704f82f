import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Clock } from '@alo/core/kernel';
import type { Gateway } from './gateway.ts';
import type { Keys } from './keys.ts';
import type { AuthSettings } from './settings.ts';
import type { BucketRecord, Store } from './state.ts';
import { bucketNotFound } from './storage-errors.ts';
import type { Objects } from './storage-objects.ts';

export interface StorageDeps {
  readonly store: Store;
  readonly objects: Objects;
  readonly gateway: Gateway;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly settings: AuthSettings;
}

/** The JSON body of a route that takes one. */
export function jsonBody<S extends z.ZodType>(request: FastifyRequest, schema: S): z.infer<S> {
  const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  return schema.parse(text === '' ? {} : (JSON.parse(text) as unknown));
}

export function findBucket({ store }: Pick<StorageDeps, 'store'>, id: string): BucketRecord {
  const bucket = store.state.buckets.find((each) => each.id === id);
  if (!bucket) throw bucketNotFound();
  return bucket;
}

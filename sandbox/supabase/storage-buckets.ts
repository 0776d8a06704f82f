import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BucketRecord } from './state.ts';
import { rowDenied, StorageFailure } from './storage-errors.ts';
import { findBucket, jsonBody, type StorageDeps } from './storage-common.ts';
import { checkBucketId, parseFileSize } from './storage-rules.ts';

const bucketFields = {
  public: z.boolean().default(false),
  file_size_limit: z.union([z.number(), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
};
const createBody = z.object({
  id: z.string().optional(),
  name: z.string().min(1),
  ...bucketFields,
});
const updateBody = z.object(bucketFields);

/** Buckets: the secret key's alone. */
export function registerBucketRoutes(app: FastifyInstance, deps: StorageDeps): void {
  const { store, objects, gateway, clock } = deps;
  const guard = async (request: FastifyRequest) => {
    if (!gateway.isService(request)) throw rowDenied();
  };
  const find = (request: FastifyRequest) => findBucket(deps, (request.params as { id: string }).id);

  app.get('/bucket', { onRequest: guard }, async () => store.state.buckets.map(presentBucket));
  app.get('/bucket/:id', { onRequest: guard }, async (request) => presentBucket(find(request)));

  app.post('/bucket', { onRequest: guard }, async (request) => {
    const body = jsonBody(request, createBody);
    const id = checkBucketId(body.id ?? body.name);
    if (store.state.buckets.some((bucket) => bucket.id === id)) {
      throw new StorageFailure(409, 'Duplicate', 'The resource already exists');
    }
    const nowMs = clock.now().getTime();
    store.state.buckets.push({
      id,
      public: body.public,
      fileBytesMax: parseFileSize(body.file_size_limit),
      mediaTypes: body.allowed_mime_types ?? null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    });
    await store.save();
    return { name: id };
  });

  app.put('/bucket/:id', { onRequest: guard }, async (request) => {
    const bucket = find(request);
    const body = jsonBody(request, updateBody);
    bucket.public = body.public;
    if (body.file_size_limit !== undefined)
      bucket.fileBytesMax = parseFileSize(body.file_size_limit);
    if (body.allowed_mime_types !== undefined) bucket.mediaTypes = body.allowed_mime_types;
    bucket.updatedAtMs = clock.now().getTime();
    await store.save();
    return { message: 'Successfully updated' };
  });

  app.post('/bucket/:id/empty', { onRequest: guard }, async (request) => {
    for (const record of objects.list(find(request).id)) await objects.remove(record);
    return { message: 'Successfully emptied' };
  });

  app.delete('/bucket/:id', { onRequest: guard }, async (request) => {
    const bucket = find(request);
    if (objects.list(bucket.id).length > 0) {
      throw new StorageFailure(
        409,
        'InvalidRequest',
        'The bucket you tried to delete is not empty',
      );
    }
    store.state.buckets = store.state.buckets.filter(({ id }) => id !== bucket.id);
    await store.save();
    return { message: 'Successfully deleted' };
  });
}

function presentBucket(bucket: BucketRecord) {
  return {
    id: bucket.id,
    name: bucket.id,
    owner: '',
    public: bucket.public,
    file_size_limit: bucket.fileBytesMax,
    allowed_mime_types: bucket.mediaTypes,
    created_at: new Date(bucket.createdAtMs).toISOString(),
    updated_at: new Date(bucket.updatedAtMs).toISOString(),
  };
}

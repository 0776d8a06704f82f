import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BucketRecord } from './state.ts';
import { registerBucketRoutes } from './storage-buckets.ts';
import { findBucket, jsonBody, type StorageDeps } from './storage-common.ts';
import {
  answerStorageError,
  objectNotFound,
  rowDenied,
  StorageFailure,
  tooLarge,
} from './storage-errors.ts';
import { createStorageLinks, type StorageLinks } from './storage-links.ts';
import type { ObjectRecord } from './storage-objects.ts';
import { checkPath, listFolder, mediaTypeAllowed, presentFile } from './storage-rules.ts';

const UPLOAD_LINK_MS = 2 * 3_600_000;

/** The storage service, mounted at `/storage/v1`. */
export function storageRoutes(deps: StorageDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, _request, reply) =>
      answerStorageError(error as Error & { code: string; name: string }, reply),
    );
    // A file may be of any type, JSON too: bodies stay bytes, and routes that want JSON read it.
    app.removeAllContentTypeParsers();
    await app.register(multipart, {
      limits: { files: 1, fileSize: deps.settings.fileBytesMax, fields: 8 },
    });
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async (_request: FastifyRequest, body: string | Buffer) => body,
    );

    const links = createStorageLinks(deps.keys, deps.clock);
    registerBucketRoutes(app, deps);
    registerUploads(app, deps, links);
    registerDownloads(app, deps, links);
    registerObjectActions(app, deps, links);
  };
}

/** `/object/<bucket>/<path>`, as the router hands it over: decoded once. */
function targetOf(request: FastifyRequest): { bucketId: string; path: string } {
  const { bucket, '*': path } = request.params as { bucket: string; '*': string };
  return { bucketId: bucket, path: checkPath(path) };
}

/** Without row-level policies of its own, a project lets only the secret key at its files. */
function requireService({ gateway }: StorageDeps, request: FastifyRequest): void {
  if (!gateway.isService(request)) throw rowDenied();
}

interface Upload {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A raw body, or the multipart form that the SDK makes of a Blob (the file's part has no name). */
async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) {
    return {
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      contentType: request.headers['content-type'] ?? 'application/octet-stream',
      cacheControl: request.headers['cache-control'] ?? 'no-cache',
    };
  }
  let cacheControl = 'no-cache';
  let file: { bytes: Uint8Array; contentType: string } | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      file = { bytes: await part.toBuffer(), contentType: part.mimetype };
    } else if (part.fieldname === 'cacheControl') {
      cacheControl = `max-age=${String(part.value)}`;
    }
  }
  if (!file) throw new StorageFailure(400, 'Error', 'the form holds no file');
  return { ...file, cacheControl };
}

function registerUploads(app: FastifyInstance, deps: StorageDeps, links: StorageLinks) {
  const { objects, clock, settings } = deps;

  async function store(request: FastifyRequest, upsert: boolean) {
    const { bucketId, path } = targetOf(request);
    const bucket = findBucket(deps, bucketId);
    const upload = await readUpload(request);
    const bytesMax = Math.min(bucket.fileBytesMax ?? Infinity, settings.fileBytesMax);
    if (upload.bytes.byteLength > bytesMax) throw tooLarge();
    if (!mediaTypeAllowed(bucket.mediaTypes, upload.contentType)) {
      throw new StorageFailure(
        415,
        'invalid_mime_type',
        `mime type ${upload.contentType} is not supported`,
      );
    }
    if (!upsert && objects.find(bucketId, path)) {
      throw new StorageFailure(409, 'Duplicate', 'The resource already exists');
    }
    const nowMs = clock.now().getTime();
    const record = await objects.put({ bucket: bucketId, path, nowMs, ...upload });
    return { Id: record.id, Key: `${bucketId}/${path}` };
  }
  const wantsUpsert = (request: FastifyRequest) => request.headers['x-upsert'] === 'true';

  app.post('/object/:bucket/*', async (request) => {
    requireService(deps, request);
    return store(request, wantsUpsert(request));
  });
  app.put('/object/:bucket/*', async (request) => {
    requireService(deps, request);
    const { bucketId, path } = targetOf(request);
    if (!objects.find(bucketId, path)) throw objectNotFound();
    return store(request, true);
  });
  app.post('/object/upload/sign/:bucket/*', async (request) => {
    requireService(deps, request);
    const { bucketId, path } = targetOf(request);
    findBucket(deps, bucketId);
    const token = links.sign('upload', `${bucketId}/${path}`, UPLOAD_LINK_MS);
    return { url: `/object/upload/sign/${bucketId}/${path}?token=${token}` };
  });
  app.put('/object/upload/sign/:bucket/*', async (request) => {
    const { bucketId, path } = targetOf(request);
    links.check('upload', `${bucketId}/${path}`, tokenOf(request));
    return store(request, wantsUpsert(request));
  });
}

function registerDownloads(app: FastifyInstance, deps: StorageDeps, links: StorageLinks) {
  const { objects, gateway } = deps;

  async function send(request: FastifyRequest, reply: FastifyReply, record: ObjectRecord) {
    const { download } = request.query as { download?: string };
    if (typeof download === 'string') {
      const name = encodeURIComponent(download || (record.path.split('/').at(-1) ?? 'file'));
      reply.header('content-disposition', `attachment; filename*=UTF-8''${name}`);
    }
    return reply
      .type(record.contentType)
      .header('cache-control', record.cacheControl)
      .header('etag', record.etag)
      .header('last-modified', new Date(record.updatedAtMs).toUTCString())
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(await objects.read(record)));
  }
  /** A file one may not see is a file that is not there. */
  const find = (request: FastifyRequest, allowed: (bucket: BucketRecord) => boolean) => {
    const { bucketId, path } = targetOf(request);
    const bucket = findBucket(deps, bucketId);
    const record = allowed(bucket) ? objects.find(bucketId, path) : undefined;
    if (!record) throw objectNotFound();
    return record;
  };
  const forService = (request: FastifyRequest) => find(request, () => gateway.isService(request));

  app.get('/object/:bucket/*', async (request, reply) => send(request, reply, forService(request)));
  app.get('/object/authenticated/:bucket/*', async (request, reply) =>
    send(request, reply, forService(request)),
  );
  app.get('/object/public/:bucket/*', async (request, reply) =>
    send(
      request,
      reply,
      find(request, (bucket) => bucket.public),
    ),
  );
  app.get('/object/sign/:bucket/*', async (request, reply) => {
    const { bucketId, path } = targetOf(request);
    links.check('read', `${bucketId}/${path}`, tokenOf(request));
    return send(
      request,
      reply,
      find(request, () => true),
    );
  });
  app.get('/object/info/:bucket/*', async (request) => {
    const record = forService(request);
    const { metadata, ...file } = presentFile(record, record.path);
    return {
      ...file,
      bucket_id: record.bucket,
      version: record.version,
      size: metadata.size,
      content_type: metadata.mimetype,
      cache_control: metadata.cacheControl,
      etag: metadata.eTag,
      last_modified: metadata.lastModified,
      metadata: {},
    };
  });
}

const signBody = z.object({
  expiresIn: z.number().int().min(1),
  paths: z.array(z.string()).max(1_000).optional(),
});
const listBody = z.object({
  prefix: z.string().default(''),
  limit: z.number().int().min(1).max(1_000).default(100),
  offset: z.number().int().min(0).default(0),
  search: z.string().optional(),
  sortBy: z.object({ column: z.string().optional(), order: z.string().optional() }).optional(),
});

function registerObjectActions(app: FastifyInstance, deps: StorageDeps, links: StorageLinks) {
  const { objects } = deps;
  // Not encoded: the SDK does that with the whole address.
  const signed = (bucketId: string, path: string, expiresIn: number) => {
    const token = links.sign('read', `${bucketId}/${path}`, expiresIn * 1_000);
    return `/object/sign/${bucketId}/${path}?token=${token}`;
  };

  app.post('/object/sign/:bucket/*', async (request) => {
    requireService(deps, request);
    const { bucketId, path } = targetOf(request);
    const { expiresIn } = jsonBody(request, signBody);
    if (!objects.find(bucketId, path)) throw objectNotFound();
    return { signedURL: signed(bucketId, path, expiresIn) };
  });
  app.post('/object/sign/:bucket', async (request) => {
    requireService(deps, request);
    const { bucket: bucketId } = request.params as { bucket: string };
    const { expiresIn, paths = [] } = jsonBody(request, signBody);
    return paths.map((path) =>
      objects.find(bucketId, path)
        ? { error: null, path, signedURL: signed(bucketId, path, expiresIn) }
        : {
            error: 'Either the object does not exist or you do not have access to it',
            path,
            signedURL: null,
          },
    );
  });
  app.post('/object/list/:bucket', async (request) => {
    requireService(deps, request);
    const { bucket: bucketId } = request.params as { bucket: string };
    findBucket(deps, bucketId);
    return listFolder(objects.list(bucketId), jsonBody(request, listBody));
  });
  app.delete('/object/:bucket', async (request) => {
    requireService(deps, request);
    const { bucket: bucketId } = request.params as { bucket: string };
    findBucket(deps, bucketId);
    const { prefixes } = jsonBody(request, z.object({ prefixes: z.array(z.string()).max(1_000) }));
    const found = prefixes.flatMap((path) => objects.find(bucketId, path) ?? []);
    for (const record of found) await objects.remove(record);
    return found.map((record) => ({ ...presentFile(record, record.path), bucket_id: bucketId }));
  });
  app.delete('/object/:bucket/*', async (request) => {
    requireService(deps, request);
    const { bucketId, path } = targetOf(request);
    const record = objects.find(bucketId, path);
    if (!record) throw objectNotFound();
    await objects.remove(record);
    return { message: 'Successfully deleted' };
  });
}

function tokenOf(request: FastifyRequest): string {
  const { token } = request.query as { token?: unknown };
  return typeof token === 'string' ? token : '';
}

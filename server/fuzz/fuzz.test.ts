import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Alo } from '@alo/sdk';
import type { Platform } from '../index.ts';
import { mailedCode, platformWith, tempDir } from '../testing/platform.ts';
import { fieldsOf, operations, sampleOf, type Operation } from './openapi.ts';

/**
 * Every operation of openapi.json, with every parameter and every field of its body missing, of the
 * wrong type, huge, in unicode, and as what attacks are made of. Whatever is sent, the answer is ours:
 * never a 5xx, and every refusal a problem with a stable code that tells nothing of our insides.
 */
const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53 + 2,
  '',
  ' ',
  [],
  {},
  [[[[[]]]]],
  { $gt: '' },
  'x'.repeat(70_000),
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👦 \u202Eolá\u202C ñandú',
  '\u0000',
  'a\u0000b',
  '\uD800',
  "' or 1=1; drop table users; --",
  '../../../../etc/passwd',
  '%00%2e%2e%2f',
  '<script>alert(1)</script>',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '=cmd|calc',
  'http://169.254.169.254/latest/meta-data/',
  '__proto__',
  'constructor',
  '2026-13-45T99:99:99Z',
  'org_00000000000000000000000000',
  '+',
  'NaN',
];

const rawBodies = [
  '',
  'null',
  '[]',
  '"text"',
  '1',
  '{',
  '{"a":',
  '\u0000',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":1,"a":2}',
];

interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const agentConfig = { business_name: 'Frutería El Mango', greeting: 'El Mango, dígame.' };
/** Nothing is ever too often: bounds have tests of their own, and would hide what is behind them. */
const unlimited = {
  hit: async () => ({ count: 1, resetsInMs: 60_000 }),
  undo: async () => undefined,
  clear: async () => undefined,
};

let dataDir: string;
let platform: Platform;
let api: Alo;
let token = '';
let known: Record<string, unknown>;

beforeAll(async () => {
  dataDir = await tempDir();
  ({ platform, api } = await platformWith({}, dataDir, { counters: unlimited }));
});
afterAll(async () => {
  await platform?.close();
  await rm(dataDir, { recursive: true, force: true });
});

// Some requests are accepted: they sign out, change the password, leave the organization.
beforeEach(async () => {
  const me = await fetch(`${platform.apiUrl}/v1/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await me.body?.cancel();
  if (me.ok) return;
  const account = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  await api.auth.signUp(account);
  const code = await mailedCode(api, account.email);
  token = (await api.auth.verify({ email: account.email, code })).access_token;
  const sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: token });
  const agent = await sdk.agents.create({ config: agentConfig });
  const interview = await sdk.interviews.create();
  known = {
    agent_id: agent.id,
    interview_id: interview.id,
    email: account.email,
    to: '+573001234567',
    config: agentConfig,
  };
});

describe.each(operations.map((operation) => [operation.id, operation] as const))(
  '%s',
  (_id, operation) => {
    it('answers for itself whatever its parameters and fields are', async () => {
      for (const request of requestsFor(operation)) await sendAndJudge(request);
    });
  },
);

function* requestsFor(operation: Operation): Generator<WireRequest> {
  const base = baseOf(operation);
  yield render(operation, base);
  for (const parameter of operation.parameters) {
    const place = parameter.in;
    yield render(operation, without(base, [place, parameter.name]));
    for (const value of hostile) {
      yield render(operation, replaced(base, [place, parameter.name], value));
    }
    if (place === 'query') {
      yield render(operation, replaced(base, ['query', parameter.name], ['1', '2']));
    }
  }
  if (!operation.body) return;
  for (const field of fieldsOf(operation.body)) {
    yield render(operation, without(base, ['body', ...field]));
    for (const value of hostile) {
      yield render(operation, replaced(base, ['body', ...field], value));
    }
  }
  const request = render(operation, base);
  for (const body of rawBodies) yield { ...request, body };
  yield { ...request, headers: { 'content-type': 'application/xml' }, body: '<a/>' };
  yield { ...request, headers: { 'content-type': 'multipart/form-data' }, body: 'x' };
}

interface Parts {
  readonly path: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  readonly body: unknown;
}

function baseOf(operation: Operation): Parts {
  const of = (place: string) =>
    Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === place && (place === 'path' || parameter.required))
        .map(({ name, schema }) => [name, known[name] ?? sampleOf(schema, known)]),
    );
  return {
    path: of('path'),
    query: of('query'),
    header: of('header'),
    body: operation.body && sampleOf(operation.body, known),
  };
}

function replaced(parts: Parts, at: readonly string[], value: unknown): Parts {
  const copy = structuredClone(parts);
  let holder = copy as unknown as Record<string, unknown>;
  for (const name of at.slice(0, -1)) {
    const inner = holder[name];
    if (typeof inner !== 'object' || inner === null) holder[name] = {};
    holder = holder[name] as Record<string, unknown>;
  }
  holder[at.at(-1) ?? ''] = value;
  return copy;
}

function without(parts: Parts, at: readonly string[]): Parts {
  const copy = structuredClone(parts);
  let holder: unknown = copy;
  for (const name of at.slice(0, -1)) holder = (holder as Record<string, unknown> | null)?.[name];
  if (typeof holder === 'object' && holder !== null) {
    delete (holder as Record<string, unknown>)[at.at(-1) ?? ''];
  }
  return copy;
}

function render(operation: Operation, parts: Parts): WireRequest {
  const text = (value: unknown) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value);
  const url = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    // A lone surrogate has no place in a URL at all: no client can send it.
    encodeURIComponent(text(parts.path[name] ?? '').toWellFormed()),
  );
  const query = Object.entries(parts.query).flatMap(([name, value]) =>
    (Array.isArray(value) && value.length > 0 ? value : [value]).map(
      (each) => `${name}=${encodeURIComponent(text(each).toWellFormed())}`,
    ),
  );
  const headers = Object.fromEntries(
    Object.entries(parts.header).map(([name, value]) => [
      name,
      // What a header cannot carry never reaches a server.
      text(value)
        .replaceAll(/[^\x20-\x7e]/g, '?')
        .slice(0, 8_000),
    ]),
  );
  const path = query.length > 0 ? `${url}?${query.join('&')}` : url;
  if (parts.body === undefined) return { method: operation.method, path, headers };
  return {
    method: operation.method,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(parts.body),
  };
}

async function sendAndJudge(request: WireRequest): Promise<void> {
  const { method, path, headers, body } = request;
  const response = await fetch(`${platform.apiUrl}${path}`, {
    method,
    headers: { 'idempotency-key': randomUUID(), ...headers, authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
  });
  const { status } = response;
  // What never ends (events) is judged by how it begins.
  const text = status >= 400 ? await response.text() : '';
  if (status < 400) await response.body?.cancel();
  const faults = faultsOf(status, response.headers.get('content-type') ?? '', text);
  // One expectation that names the request: which one it was is what matters.
  expect({ request: `${method} ${path.slice(0, 300)}`, body: body?.slice(0, 500), faults }).toEqual(
    {
      request: expect.any(String),
      body: body?.slice(0, 500),
      faults: [],
    },
  );
}

function faultsOf(status: number, type: string, text: string): string[] {
  if (status < 400) return [];
  const faults: string[] = [];
  if (status >= 500) faults.push(`${status}: ${text}`);
  if (!type.includes('application/problem+json')) faults.push(`not a problem: ${type} ${text}`);
  if (!/"code":"[a-z_]+"/.test(text)) faults.push(`no stable code: ${text}`);
  if (!/"request_id":"req_/.test(text)) faults.push(`no request id: ${text}`);
  if (/\bat \S+ \(|node_modules|select .* from|constraint "/i.test(text)) {
    faults.push(`tells of our insides: ${text}`);
  }
  return faults;
}

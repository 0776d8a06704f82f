import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector } from 'undici';
import { isLoopbackHost } from './url.rules.ts';

/** The name leads to an address that is not on the public internet. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'ALO_BLOCKED_ADDRESS';
}

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface GuardOptions {
  readonly isPublic: (address: string) => boolean;
  readonly allowLoopback: boolean;
  readonly connectTimeoutMs: number;
  readonly resolve?: Resolve | undefined;
}

const systemResolve: Resolve = (hostname) => dnsLookup(hostname, { all: true, verbatim: true });

/**
 * Connections to public addresses only. A name is looked up once, every address it has is checked,
 * and the socket connects to exactly those: a name that means something else a moment later (DNS
 * rebinding) gains nothing. Connections are not kept: what was public then need not be now.
 */
export function createGuardedAgent(options: GuardOptions): Agent {
  const { isPublic, allowLoopback } = options;
  const resolve = options.resolve ?? systemResolve;

  /** Throws unless every address may be connected to: one bad one among good ones is an attempt. */
  function check(host: string, addresses: readonly string[]): void {
    if (allowLoopback && isLoopbackHost(host)) return;
    if (!addresses.every(isPublic)) throw new BlockedAddressError(`${host} is not public`);
  }

  async function addressesOf(hostname: string): Promise<LookupAddress[]> {
    const found = await resolve(hostname);
    const addresses = found.map(({ address }) => address);
    check(hostname, addresses);
    return [...found];
  }

  const lookupGuarded = callbackify(addressesOf);
  const lookup: LookupFunction = (hostname, { all }, done) => {
    lookupGuarded(hostname, (error, found) => {
      const first = found?.[0];
      if (error || !first) return done(error ?? noAddress(hostname), '', 4);
      return all ? done(null, found) : done(null, first.address, first.family);
    });
  };

  const connect = buildConnector({ timeout: options.connectTimeoutMs, lookup });
  return new Agent({
    connect(target, done) {
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // An address is connected to without a lookup.
      if (isIP(host) !== 0) {
        try {
          check(host, [host]);
        } catch (error) {
          return done(error as Error, null);
        }
      }
      return connect(target, done);
    },
    pipelining: 0,
  });
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
}

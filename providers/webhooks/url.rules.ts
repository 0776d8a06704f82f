import { isIP } from 'node:net';
import type { WebhookUrlRefusal } from '@alo/core/ports';
import { isLoopbackAddress, isPublicAddress } from './address.rules.ts';

/** Below this, only the web's own: nobody receives webhooks on a port of mail or remote shells. */
const FREE_PORTS_FROM = 1_024;
const webPorts = new Set([80, 443]);
/** Ports of other protocols that the fetch standard refuses too, as far as they are free ones. */
const badPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
]);

/** The host of a URL as the socket knows it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** A name or address that means this machine by its very form, whatever a DNS server says. */
export function isLoopbackHost(host: string): boolean {
  return isIP(host) === 0 ? /^(.+\.)?localhost\.?$/i.test(host) : isLoopbackAddress(host);
}

/**
 * What is wrong with an address that webhooks are to be sent to, as far as it shows without looking
 * its name up. The URL parser has made the odd spellings of IPv4 (`0x7f.1`, `2130706433`) plain.
 */
export function urlRefusal(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): WebhookUrlRefusal | null {
  if (!URL.canParse(text)) return 'malformed';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'malformed';
  if (url.username !== '' || url.password !== '') return 'credentials';
  if (url.hash !== '') return 'fragment';
  const host = hostOf(url);
  if (isLoopbackHost(host)) return allowLoopback ? null : 'private_address';
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'private_address';
  if (url.protocol !== 'https:') return 'not_https';
  return isPortAllowed(url) ? null : 'port';
}

function isPortAllowed(url: URL): boolean {
  if (url.port === '') return true;
  const port = Number(url.port);
  return webPorts.has(port) || (port >= FREE_PORTS_FROM && !badPorts.has(port));
}

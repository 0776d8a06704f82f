import ipaddr from 'ipaddr.js';

/** Addresses of clouds' own services that are not in any reserved range. */
const platformAddresses = new Set([
  // Azure: the host's agent, instance metadata, DNS.
  '168.63.129.16',
]);

/** What IANA has given out for the public internet; everything else in IPv6 is something special. */
const globalUnicastV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Documentation (RFC 9637), too young for the library's table. */
const documentationV6 = ipaddr.IPv6.parseCIDR('3fff::/20');

/**
 * Whether an IP address is an ordinary one of the public internet: not this machine, not a private
 * or shared network, not a cloud's metadata service, not multicast, and no IPv6 form that carries an
 * IPv4 address to some gateway (mapped, compatible, NAT64, 6to4, Teredo). Anything that is no
 * address is not public.
 */
export function isPublicAddress(text: string): boolean {
  // A zone (`fe80::1%eth0`) only ever names something near.
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv4') return !platformAddresses.has(address.toString());
  return address.match(globalUnicastV6) && !address.match(documentationV6);
}

/** Whether an IP address is this machine's own. */
export function isLoopbackAddress(text: string): boolean {
  return ipaddr.isValid(text) && !text.includes('%') && ipaddr.parse(text).range() === 'loopback';
}

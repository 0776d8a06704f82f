/**
 * Whether a browser may bring a sign-in's code there: to a program on the person's own machine
 * (`http://127.0.0.1:<port>/callback`, RFC 8252 §7.3) or to our portal. Anywhere else it would be
 * a stranger's to collect.
 */
export function isAllowedRedirect(address: string, portalUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  if (isLoopback && url.protocol === 'http:' && url.port !== '' && url.pathname === '/callback') {
    return true;
  }
  if (portalUrl === undefined) return false;
  const portal = new URL(portalUrl);
  const home = portal.pathname.replace(/\/*$/, '/');
  return url.origin === portal.origin && `${url.pathname}/`.startsWith(home);
}

/**
 * What a person's browser does with the address of a Google sign-in: follows it to the consent page,
 * chooses an account there (or goes back), and is sent home. Returns the last address, where home is;
 * nothing is fetched there. Throws if the page is not reached or refuses the form.
 */
export async function consentAtGoogle(
  authorizeUrl: string,
  choice: { readonly email: string; readonly name?: string } | 'deny',
): Promise<URL> {
  const consent = await redirected(authorizeUrl);
  const page = await fetch(consent);
  if (!page.ok || !(await page.text()).includes('<form')) {
    throw new Error(`no consent page at ${consent.origin}: ${page.status}`);
  }
  const form = new URLSearchParams(choice === 'deny' ? { deny: '1' } : { ...choice });
  const callback = await redirected(consent.href, form);
  return redirected(callback.href);
}

async function redirected(address: string, form?: URLSearchParams): Promise<URL> {
  const answer = await fetch(address, {
    redirect: 'manual',
    ...(form && { method: 'POST', body: form }),
  });
  const location = answer.headers.get('location');
  if (location === null) {
    throw new Error(`${answer.status} without a redirect: ${(await answer.text()).slice(0, 200)}`);
  }
  return new URL(location, address);
}

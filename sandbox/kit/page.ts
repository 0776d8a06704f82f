/** The calm pages that stand in for a vendor's hosted ones. No scripts, nothing from elsewhere. */

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

interface Page {
  readonly title: string;
  readonly accent: string;
  /** HTML: escape what comes from outside. */
  readonly body: string;
  /** What says that this is a stand-in; by default, that nothing is charged. */
  readonly tag?: string;
  readonly language?: 'es' | 'en';
}

export function renderPage(page: Page): string {
  return `<!doctype html>
<html lang="${page.language ?? 'es'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(page.title)}</title>
<style>
  :root { color-scheme: light dark; --accent: ${page.accent}; --ink: #1d2230; --soft: #697386; --line: #e3e8ee; --card: #fff; --ground: #f6f8fa }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef1f6; --soft: #98a2b3; --line: #2c3444; --card: #171c27; --ground: #0f131b } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { width: 100%; max-width: 400px; padding: 32px; border: 1px solid var(--line); border-radius: 16px; background: var(--card) }
  small, .soft { color: var(--soft); font-size: 14px }
  .tag { display: inline-block; margin-bottom: 24px; padding: 2px 10px; border-radius: 99px; font-size: 12px; color: var(--accent); border: 1px solid currentColor }
  h1 { margin: 0 0 4px; font-size: 18px; font-weight: 500 }
  .amount { margin: 0 0 24px; font-size: 34px; font-weight: 600; letter-spacing: -.02em }
  fieldset { margin: 0 0 20px; padding: 0; border: 0; display: grid; gap: 8px }
  label { display: flex; gap: 12px; align-items: center; padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px; cursor: pointer }
  label:has(:checked) { border-color: var(--accent) }
  input { accent-color: var(--accent); margin: 0 }
  input:not([type]) { flex: 1; min-width: 0; border: 0; background: none; color: inherit; font: inherit; outline: 0 }
  a { color: var(--accent) }
  input[type=email], input[type=text] { width: 100%; margin: 4px 0 12px; padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px; background: none; color: inherit; font: inherit }
  button { width: 100%; margin-top: 8px; padding: 13px; border: 0; border-radius: 10px; background: var(--accent); color: #fff; font: inherit; font-weight: 600; cursor: pointer }
  button:focus-visible, label:focus-within { outline: 2px solid var(--accent); outline-offset: 2px }
  button.quiet { background: none; color: var(--soft); font-weight: 400 }
  .notice { margin: 0 0 20px; padding: 12px 16px; border-radius: 10px; background: #fde8e8; color: #9b1c1c }
</style>
<main>
<span class="tag">${escapeHtml(page.tag ?? 'Pagos de prueba: no se cobra nada')}</span>
${page.body}
</main>
</html>`;
}

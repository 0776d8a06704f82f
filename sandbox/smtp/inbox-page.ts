import type { InboxMessage } from './inbox.ts';

const style = `
:root { color-scheme: light dark; --paper: #f6f4ef; --card: #fff; --ink: #22201c; --soft: #7a756b; --line: #e6e1d6; --accent: #a3461f }
@media (prefers-color-scheme: dark) { :root { --paper: #191815; --card: #22211d; --ink: #ece8df; --soft: #9b958a; --line: #34322c; --accent: #e08a5f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif }
main { max-width: 640px; margin: 0 auto; padding: 56px 20px 96px }
h1 { margin: 0; font-size: 22px; font-weight: 600 }
.lead { margin: 4px 0 40px; color: var(--soft) }
article { margin: 0 0 16px; padding: 20px 24px; background: var(--card); border: 1px solid var(--line); border-radius: 14px }
header { display: flex; justify-content: space-between; gap: 16px; color: var(--soft); font-size: 14px }
header span { overflow-wrap: anywhere }
time { white-space: nowrap }
h2 { margin: 6px 0 0; font-size: 17px; font-weight: 600 }
.code { margin: 12px 0 0; color: var(--accent); font-size: 32px; font-weight: 600; letter-spacing: 6px; user-select: all }
details { margin-top: 12px }
summary { color: var(--soft); font-size: 14px; cursor: pointer }
pre { margin: 12px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
.empty { padding: 48px 24px; text-align: center; color: var(--soft) }
`;

/** The mailbox as a page: newest on top, the code in plain sight, the text a click away. */
export function inboxPage(messages: readonly InboxMessage[]): string {
  const body =
    messages.length === 0
      ? '<article class="empty">Todavía no ha llegado ningún correo.</article>'
      : messages.map(messageCard).join('\n');
  return `<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Buzón · Aló</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Buzón de pruebas</h1>
<p class="lead">Aquí llegan los correos que Aló envía en este equipo. Nada sale a internet.</p>
${body}
</main>
</body>
</html>
`;
}

function messageCard(message: InboxMessage): string {
  const code = message.code ? `\n<p class="code">${escapeHtml(message.code)}</p>` : '';
  return `<article>
<header><span>Para ${escapeHtml(message.to)}</span><time datetime="${escapeHtml(message.receivedAt)}">${formatTime(message.receivedAt)}</time></header>
<h2>${escapeHtml(message.subject)}</h2>${code}
<details><summary>Leer el correo</summary><pre>${escapeHtml(message.text)}</pre></details>
</article>`;
}

const timeFormat = new Intl.DateTimeFormat('es-CO', { dateStyle: 'medium', timeStyle: 'short' });

function formatTime(iso: string): string {
  return escapeHtml(timeFormat.format(new Date(iso)));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

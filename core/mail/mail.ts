import type { Language } from '../kernel/index.ts';
import type { Mail } from '../ports/index.ts';

/** What a mail says; how it looks is the same for all of them. */
export interface MailContent {
  readonly subject: string;
  /** Plain text, each its own paragraph. */
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly url: string } | undefined;
  /** Smaller, at the end. */
  readonly footnotes?: readonly string[] | undefined;
}

const SUBJECT_CHARS_MAX = 200;

/**
 * A mail in both of its forms. Whatever people wrote (names of businesses) goes in as text: nothing
 * of it becomes markup, a header of its own or a second line of the subject.
 */
export function composeMail(to: string, language: Language, content: MailContent): Mail {
  const { paragraphs, action, footnotes = [] } = content;
  return {
    to,
    language,
    subject: oneLine(content.subject).slice(0, SUBJECT_CHARS_MAX),
    text: [
      ...paragraphs.map(oneLine),
      ...(action ? [`${action.label}:\n${action.url}`] : []),
      ...footnotes.map(oneLine),
      'Aló',
    ].join('\n\n'),
    html: htmlOf(language, content),
  };
}

function htmlOf(language: Language, { paragraphs, action, footnotes = [] }: MailContent): string {
  const paragraph = (text: string, style: string) =>
    `<p style="margin:0 0 16px${style}">${escapeHtml(oneLine(text))}</p>`;
  const button = ({ label, url }: { label: string; url: string }) =>
    `<p style="margin:24px 0"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;` +
    `border-radius:8px;background:#a3461f;color:#fff;text-decoration:none">${escapeHtml(label)}</a></p>`;
  return `<!doctype html>
<html lang="${language}"><body style="margin:0;padding:32px 16px;background:#f6f4ef;color:#22201c;font:16px/1.6 system-ui,sans-serif">
<div style="max-width:460px;margin:auto;padding:32px;background:#fff;border-radius:12px">
${paragraphs.map((text) => paragraph(text, '')).join('\n')}
${action ? button(action) : ''}
${footnotes.map((text) => paragraph(text, ';color:#7a756b;font-size:14px')).join('\n')}
</div></body></html>`;
}

/** Control characters and line breaks become spaces. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

/** Text as it may stand in HTML, inside an attribute too. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

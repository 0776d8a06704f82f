import { describe, expect, it } from 'vitest';
import { composeMail } from './mail.ts';

const url = 'https://alo.test/x?a=1&b=2';

describe('a mail', () => {
  it('says the same as text and as HTML', () => {
    const mail = composeMail('ana@x.co', 'es', {
      subject: 'Hola',
      paragraphs: ['Uno.', 'Dos.'],
      action: { label: 'Abrir', url },
      footnotes: ['Nota.'],
    });
    expect(mail).toMatchObject({ to: 'ana@x.co', subject: 'Hola', language: 'es' });
    for (const part of ['Uno.', 'Dos.', 'Abrir', 'Nota.']) {
      expect(mail.text).toContain(part);
      expect(mail.html).toContain(part);
    }
    expect(mail.text).toContain(url);
    expect(mail.html).toContain('href="https://alo.test/x?a=1&amp;b=2"');
  });

  it('takes what people wrote as text, never as markup, header or line', () => {
    const evil = '<img src=x onerror="a()">\r\nBcc: b@x.co\u202e';
    const mail = composeMail('ana@x.co', 'es', { subject: evil, paragraphs: [evil] });
    expect(mail.subject).toBe('<img src=x onerror="a()"> Bcc: b@x.co');
    expect(mail.html).not.toContain('<img');
    expect(mail.text.split('\n')[0]).toBe(mail.subject);
    const long = composeMail('ana@x.co', 'es', { subject: 'x'.repeat(5_000), paragraphs: [] });
    expect(long.subject.length).toBeLessThanOrEqual(200);
  });
});

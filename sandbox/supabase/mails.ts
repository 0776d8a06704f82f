import { createTransport } from 'nodemailer';

export type MailPurpose = 'signup' | 'invite' | 'magiclink' | 'recovery' | 'email_change';

interface CodeMail {
  readonly to: string;
  /** What the code is for, as its link says. */
  readonly purpose: MailPurpose;
  readonly code: string;
  readonly link: string;
}

export interface Mailer {
  /** Rejects if the mail was not taken. */
  send(mail: CodeMail): Promise<void>;
  close(): void;
}

/** Sends through the SMTP server given; without one, as GoTrue does, mails go nowhere. */
export function createMailer(smtp: { readonly url: string } | undefined): Mailer {
  if (!smtp) return { send: async () => undefined, close: () => undefined };
  const transport = createTransport({
    url: smtp.url,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  return {
    async send(mail) {
      await transport.sendMail({
        from: { name: 'Aló', address: 'no-responder@alo.example' },
        to: mail.to,
        ...composeMail(mail),
      });
    },
    close: () => transport.close(),
  };
}

const purposes: Record<MailPurpose, string> = {
  signup: 'para confirmar su correo y terminar de crear su cuenta',
  invite: 'para confirmar su correo y entrar',
  magiclink: 'para entrar a su cuenta',
  recovery: 'para poner una contraseña nueva',
  email_change: 'para confirmar su correo nuevo',
};

function composeMail({ purpose: what, code, link }: CodeMail) {
  const purpose = purposes[what];
  return {
    subject: `Su código de Aló: ${code}`,
    text: [
      'Hola:',
      '',
      `Su código ${purpose} es ${code}`,
      '',
      'Vence en una hora y sirve una sola vez. También puede abrir este enlace:',
      link,
      '',
      'Si usted no lo pidió, no tiene que hacer nada.',
      '',
      'Aló',
    ].join('\n'),
    html: `<!doctype html>
<html lang="es"><body style="margin:0;padding:32px 16px;background:#f6f4ef;color:#22201c;font:16px/1.6 system-ui,sans-serif">
<div style="max-width:420px;margin:auto;padding:32px;background:#fff;border-radius:12px">
<p style="margin:0 0 16px">Hola:</p>
<p style="margin:0 0 16px">Su código ${purpose} es</p>
<p style="margin:0 0 16px;font-size:34px;font-weight:600;letter-spacing:6px">${code}</p>
<p style="margin:0 0 16px">Vence en una hora y sirve una sola vez. También puede
<a href="${link.replaceAll('&', '&amp;')}" style="color:#a3461f">abrir este enlace</a>.</p>
<p style="margin:0;color:#7a756b;font-size:14px">Si usted no lo pidió, no tiene que hacer nada.</p>
</div></body></html>`,
  };
}

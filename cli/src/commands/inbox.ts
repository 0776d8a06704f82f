import { NotFoundError } from '@alo/sdk';
import { z } from 'zod';
import { defineCommand, option } from '../lib/define-command.ts';
import { CliError, exitCodes } from '../lib/errors.ts';
import { formatTime } from '../lib/format.ts';
import { readInbox } from '../lib/sandbox.ts';

export const inbox = defineCommand({
  name: 'inbox',
  summary: { es: 'Lee el buzón de correo del sandbox', en: 'Read the sandbox mailbox' },
  fields: {
    to: option(
      z.string().optional(),
      { es: 'Solo los de este correo', en: 'Only those to this address' },
      { value: 'EMAIL' },
    ),
  },
  examples: ['inbox', 'inbox --to ana@panaderia.co'],
  async run({ to }, { clientFor, apiUrl, output, signal, lang, t }) {
    const data = await readInbox(clientFor(apiUrl), to, signal).catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
      throw new CliError(
        'no_sandbox_inbox',
        {
          es: 'Aquí no hay buzón del sandbox: los correos son reales.',
          en: 'There is no sandbox mailbox here: the mail is real.',
        },
        { exitCode: exitCodes.notFound },
      );
    });
    output.result({ sandbox: true, data }, ({ data: mails }, style) => {
      const title = `${style.warn('sandbox')} ${t({ es: 'Nada de esto salió a internet.', en: 'None of this went out to the internet.' })}`;
      if (mails.length === 0) return `${title}\n${t({ es: 'No hay correos.', en: 'No mail.' })}`;
      const shown = mails.map((mail) =>
        [
          `${style.bold(mail.subject)}  ${style.dim(`${mail.to} · ${formatTime(mail.received_at, lang)}`)}`,
          mail.code
            ? `${t({ es: 'Código', en: 'Code' })}: ${style.accent(mail.code)}`
            : mail.text.trim(),
        ].join('\n'),
      );
      return [title, ...shown].join('\n\n');
    });
  },
});

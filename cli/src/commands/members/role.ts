import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { roleField } from '../../lib/fields.ts';
import { findMember } from '../../lib/members.ts';
import { roleName } from '../../lib/wire-words.ts';

export const membersRole = defineCommand({
  name: 'members role',
  summary: { es: 'Cambia el rol de una persona', en: 'Change a person’s role' },
  fields: {
    member: argument(z.string().min(1), {
      es: 'Su correo o su id (mem_…)',
      en: 'Their e-mail or id (mem_…)',
    }),
    role: argument(roleField.schema, roleField.summary, { value: 'ROLE' }),
  },
  examples: ['members role luz@panaderia.co admin'],
  async run({ member, role }, { sdk, output, signal, lang }) {
    const { id } = await findMember(sdk, member, signal);
    output.result(
      await sdk.members.update(id, { role }, { signal }),
      ({ user }, style) => `${style.good('✓')} ${user.email}: ${roleName(role, lang)}.`,
    );
  },
});

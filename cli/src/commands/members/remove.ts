import type { Alo } from '@alo/sdk';
import { z } from 'zod';
import { argument, defineCommand, flag } from '../../lib/define-command.ts';
import { findMember } from '../../lib/members.ts';

export const membersRemove = defineCommand({
  name: 'members remove',
  summary: {
    es: 'Retira a una persona: su próxima solicitud ya no entra',
    en: 'Take a person out: their next request is refused',
  },
  fields: {
    member: argument(z.string().min(1), {
      es: 'Su correo o su id (mem_…)',
      en: 'Their e-mail or id (mem_…)',
    }),
    revokeKeys: flag(z.boolean().optional(), {
      es: 'También las claves de API que creó',
      en: 'The API keys they made as well',
    }),
  },
  examples: ['members remove luz@panaderia.co --revoke-keys'],
  async run({ member, revokeKeys = false }, { sdk, output, signal, io, t }) {
    const { id, user } = await findMember(sdk, member, signal);
    await sdk.members.remove(id, { revoke_api_keys: revokeKeys }, { signal });
    const keys = revokeKeys ? [] : await workingKeysOf(sdk, user.id, { signal, now: io.now() });
    output.result({ id, removed: true, api_keys_left: keys }, ({ api_keys_left: left }, style) => {
      const done = t({
        es: `${style.good('✓')} ${user.email} ya no está.`,
        en: `${style.good('✓')} ${user.email} is out.`,
      });
      if (left.length === 0) return done;
      const warning = t({
        es: 'Siguen sirviendo claves que creó, cuyos secretos puede conocer:',
        en: 'Keys they made, whose secrets they may know, still work:',
      });
      const advice = t({
        es: 'Cámbieles el secreto con `alo keys rotate`, o revóquelas con `alo keys revoke`.',
        en: 'Give them new secrets with `alo keys rotate`, or `alo keys revoke` them.',
      });
      return [done, style.warn(warning), ...left.map((key) => `  ${key}`), advice].join('\n');
    });
  },
});

/** Keys of this person's making that are in use. */
async function workingKeysOf(
  sdk: Alo,
  userId: string,
  { signal, now }: { signal: AbortSignal; now: number },
): Promise<string[]> {
  const ids: string[] = [];
  for await (const key of sdk.apiKeys.list({ limit: 100 }, { signal })) {
    const isOver = key.expires_at !== null && Date.parse(key.expires_at) <= now;
    if (key.created_by === userId && !key.revoked_at && !isOver) ids.push(key.id);
  }
  return ids;
}

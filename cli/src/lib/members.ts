import type { Alo, Member } from '@alo/sdk';
import { CliError, exitCodes } from './errors.ts';

/** The member with this id or this address. */
export async function findMember(sdk: Alo, given: string, signal: AbortSignal): Promise<Member> {
  const email = given.toLowerCase();
  for await (const member of sdk.members.list({ limit: 100 }, { signal })) {
    if (member.id === given || member.user.email.toLowerCase() === email) return member;
  }
  throw new CliError(
    'not_found',
    { es: `Nadie es ${given} en este negocio.`, en: `Nobody is ${given} in this organization.` },
    {
      exitCode: exitCodes.notFound,
      hint: { es: 'Mírelos con `alo members list`.', en: 'See them with `alo members list`.' },
    },
  );
}

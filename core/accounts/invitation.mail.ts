import type { Language } from '../kernel/index.ts';
import { composeMail } from '../mail/index.ts';
import type { Mail } from '../ports/index.ts';
import type { Role } from './accounts.schema.ts';

interface InvitationMail {
  readonly to: string;
  readonly language: Language;
  readonly role: Role;
  readonly orgName: string;
  /** Undefined once they have left the platform. */
  readonly inviter: string | undefined;
  readonly token: string;
  /** Where the invitation can be read. */
  readonly url: string;
}

const roleNames: Record<Language, Record<Role, string>> = {
  es: { owner: 'dueño', admin: 'administrador', agent: 'operador', viewer: 'solo lectura' },
  en: { owner: 'owner', admin: 'administrator', agent: 'operator', viewer: 'read only' },
};

function roleName(role: Role, language: Language): string {
  return roleNames[language][role];
}

export function invitationMail(invitation: InvitationMail): Mail {
  const { to, language, orgName, token, url } = invitation;
  const role = roleName(invitation.role, language);
  if (language === 'en') {
    const inviter = invitation.inviter ?? orgName;
    return composeMail(to, language, {
      subject: `${inviter} invites you to ${orgName} on Aló`,
      paragraphs: [
        'Hello:',
        `${inviter} invites you to “${orgName}” on Aló. Your role: ${role}.`,
        `Sign in with this address (${to}), or create your account with it, and accept.`,
      ],
      action: { label: 'See the invitation', url },
      footnotes: [
        `In the terminal: alo invitations accept ${token}`,
        'It is good for seven days and works once. If you did not expect it, there is nothing to do.',
      ],
    });
  }
  const inviter = invitation.inviter ?? orgName;
  return composeMail(to, language, {
    subject: `${inviter} le invita a ${orgName} en Aló`,
    paragraphs: [
      'Hola:',
      `${inviter} le invita a «${orgName}» en Aló. Su rol: ${role}.`,
      `Entre con este correo (${to}), o cree su cuenta con él, y acepte.`,
    ],
    action: { label: 'Ver la invitación', url },
    footnotes: [
      `En la terminal: alo invitations accept ${token}`,
      'Vence en siete días y sirve una sola vez. Si usted no la esperaba, no tiene que hacer nada.',
    ],
  });
}

import { AppError, limits } from '../kernel/index.ts';

export const invalidInvitation = () => new AppError('invalid_invitation', { param: 'token' });

export function wrongPerson(email: string): AppError {
  return new AppError('forbidden', {
    detail: {
      es: `La invitación es para ${email}: entre con ese correo.`,
      en: `The invitation is for ${email}: sign in with that address.`,
    },
  });
}

export function isMember(): AppError {
  return new AppError('conflict', {
    param: 'email',
    detail: { es: 'Esa persona ya está en el negocio.', en: 'That person is a member already.' },
  });
}

export function isInvited(): AppError {
  return new AppError('conflict', {
    param: 'email',
    detail: {
      es: 'Ese correo ya tiene una invitación: reenvíela o revóquela.',
      en: 'That address has an invitation already: resend it or revoke it.',
    },
  });
}

export function isSettled(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'Esa invitación ya no está pendiente.',
      en: 'That invitation is no longer pending.',
    },
  });
}

export function tooMany(): AppError {
  return new AppError('conflict', {
    detail: {
      es: `Hay ${limits.members.invitationsPendingMax} invitaciones pendientes: revoque alguna primero.`,
      en: `There are ${limits.members.invitationsPendingMax} pending invitations: revoke one first.`,
    },
  });
}

export function isFull(): AppError {
  return new AppError('conflict', {
    detail: {
      es: `El negocio ya tiene ${limits.members.membersMax} personas.`,
      en: `The organization has ${limits.members.membersMax} members already.`,
    },
  });
}

export function tooManyMails(retryAfterMs: number): AppError {
  return new AppError('rate_limited', {
    retryAfterMs,
    detail: {
      es: 'Ya se enviaron bastantes correos de invitación. Espere un poco.',
      en: 'Enough mails of invitations went out. Wait a little.',
    },
  });
}

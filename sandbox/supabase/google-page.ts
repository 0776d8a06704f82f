import { escapeHtml, renderPage } from '../kit/page.ts';

type Language = 'es' | 'en';

const accent = '#1a73e8';

const words = {
  es: {
    tag: 'Google de prueba: ninguna cuenta real',
    title: 'Iniciar sesión con Google',
    lead: 'Elija con qué cuenta entra a Aló.',
    email: 'Correo',
    name: 'Nombre (si quiere)',
    go: 'Continuar',
    back: 'Cancelar',
    wrong: 'Ese correo no es válido.',
    expired: 'Este enlace no es de un inicio de sesión en curso. Vuelva a empezar.',
  },
  en: {
    tag: 'Sandbox Google: no real account',
    title: 'Sign in with Google',
    lead: 'Choose the account you enter Aló with.',
    email: 'E-mail',
    name: 'Name (if you like)',
    go: 'Continue',
    back: 'Cancel',
    wrong: 'That e-mail is not valid.',
    expired: 'This link belongs to no sign-in in progress. Start again.',
  },
} as const;

/** Where a person says who they are: the accounts used here before, or any address. */
export function consentPage(options: {
  /** Where the form goes, with the query that it carries on. */
  readonly action: string;
  readonly accounts: readonly string[];
  readonly language: Language;
  readonly wrongEmail: boolean;
}): string {
  const say = words[options.language];
  const action = escapeHtml(options.action);
  const known = options.accounts.map(
    (email) =>
      `<form method="post" action="${action}"><button class="quiet" name="email" value="${escapeHtml(email)}">${escapeHtml(email)}</button></form>`,
  );
  const notice = options.wrongEmail ? `<p class="notice">${say.wrong}</p>` : '';
  const body = `<h1>${say.title}</h1><p class="soft">${say.lead}</p>${notice}${known.join('')}
<form method="post" action="${action}">
<small>${say.email}</small><input type="email" name="email" required autofocus autocomplete="email">
<small>${say.name}</small><input type="text" name="name" maxlength="120" autocomplete="name">
<button>${say.go}</button>
</form>
<form method="post" action="${action}"><button class="quiet" name="deny" value="1">${say.back}</button></form>`;
  return renderPage({ title: say.title, accent, body, tag: say.tag, language: options.language });
}

export function expiredPage(language: Language): string {
  const say = words[language];
  const body = `<h1>${say.title}</h1><p>${say.expired}</p>`;
  return renderPage({ title: say.title, accent, body, tag: say.tag, language });
}

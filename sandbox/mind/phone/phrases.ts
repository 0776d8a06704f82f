import type { Language } from '@alo/core/kernel';
import type { Profile } from './profile.ts';

const closers = {
  es: ['¿Desea algo más?', '¿Le ayudo con algo más?', '¿Necesita algo más?'],
  en: [
    'Anything else I can help you with?',
    'Is there anything else?',
    'Would you like anything else?',
  ],
} as const;

/** Asks whether there is more, in another way each turn. */
export function closer(language: Language, turn: number): string {
  const list = closers[language];
  return list[turn % list.length] ?? list[0];
}

const ofName = (profile: Profile) =>
  profile.businessName === '' ? '' : ` de ${profile.businessName}`;

export const phrases = {
  es: {
    unclear: () => 'Disculpe, no le escuché bien. ¿Me lo repite, por favor?',
    goodbye: (profile: Profile) =>
      `Con mucho gusto. Gracias por llamar${profile.businessName === '' ? '' : ` a ${profile.businessName}`}. ¡Que esté muy bien!`,
    more: () => 'Claro que sí, dígame.',
    hello: () => 'Hola, mucho gusto. ¿En qué le puedo ayudar?',
    wellThanks: () => 'Muy bien, muchas gracias. ¿En qué le puedo ayudar?',
    who: (profile: Profile) =>
      `Habla con el asistente virtual${ofName(profile)}. ¿En qué le puedo ayudar?`,
    robot: (profile: Profile) =>
      `Soy el asistente virtual${ofName(profile)}. Si prefiere, tomo sus datos y una persona le devuelve la llamada.`,
    thanks: () => 'Con mucho gusto.',
    insult: () =>
      'Lamento mucho la molestia. Si quiere, tomo su nombre y su teléfono y una persona del equipo lo llama.',
    forbidden: () => 'Sobre ese tema no le puedo dar información por este medio.',
    noted: () => 'Muchas gracias, ya tomé nota. Una persona del equipo se comunica con usted.',
    askDetails: () => '¿Me regala su nombre y su teléfono, por favor?',
    offerMessage: () =>
      '¿Quiere que tome su nombre y su teléfono para que una persona le confirme?',
    order: () => 'Con gusto le tomo la solicitud.',
    searchFailed: () => 'Disculpe, en este momento no puedo consultar esa información.',
  },
  en: {
    unclear: () => "Sorry, I didn't catch that. Could you say it again, please?",
    goodbye: (profile: Profile) =>
      `You're welcome. Thank you for calling${profile.businessName === '' ? '' : ` ${profile.businessName}`}. Goodbye!`,
    more: () => 'Of course, go ahead.',
    hello: () => 'Hello! How can I help you?',
    wellThanks: () => "I'm very well, thank you. How can I help you?",
    who: (profile: Profile) =>
      `This is the virtual assistant${profile.businessName === '' ? '' : ` of ${profile.businessName}`}. How can I help you?`,
    robot: (profile: Profile) =>
      `I am the virtual assistant${profile.businessName === '' ? '' : ` of ${profile.businessName}`}. If you prefer, I can take your details and a person will call you back.`,
    thanks: () => "You're welcome.",
    insult: () =>
      'I am very sorry for the trouble. If you like, I take your name and phone number and a person calls you.',
    forbidden: () => 'I cannot give information on that subject on this call.',
    noted: () => 'Thank you, I have taken note. Someone from the team will contact you.',
    askDetails: () => 'Could I have your name and phone number, please?',
    offerMessage: () =>
      'Shall I take your name and phone number so that someone can confirm it for you?',
    order: () => 'I will gladly take your request.',
    searchFailed: () => 'Sorry, I cannot look that up right now.',
  },
} as const;

/** `+573001112233` → `300 111 2233`: grouped as it is dictated, without Colombia's own prefix. */
function spokenNumber(written: string | undefined): string | undefined {
  const digits = written?.replace(/\D/g, '').replace(/^57(?=\d{10}$)/, '');
  return digits?.replace(/(\d{3})(?=\d{4})/g, '$1 ');
}

/** What to say to someone who wants a person, as the prompt's rule has it. */
export function handoffText(profile: Profile, language: Language): string {
  const number = spokenNumber(/\+?\d[\d\s().-]{5,}\d/.exec(profile.handoff.join(' '))?.[0]);
  const es = language === 'es';
  if (number !== undefined) {
    return es
      ? `Claro que sí. Una persona le atiende en el número ${number}.`
      : `Of course. A person will attend to you at ${number}.`;
  }
  return es
    ? 'Claro que sí. Regáleme su nombre, su teléfono y el motivo, y una persona le devuelve la llamada.'
    : 'Of course. May I have your name, your phone number and the reason? A person will call you back.';
}

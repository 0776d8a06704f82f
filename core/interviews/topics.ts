import type { PartialAgentConfig } from '../agents/index.ts';
import type { Language, Localized } from '../kernel/index.ts';

/** What the interviewer asks about, in this order. Each but the last fills the field of its name. */
export const topics = [
  'business_name',
  'business_description',
  'goal',
  'services',
  'opening_hours',
  'tone',
  'greeting',
  'never_say',
  'handoff',
  'languages',
  'anything_else',
] as const;
export type Topic = (typeof topics)[number];

export const isTopic = (value: unknown): value is Topic =>
  (topics as readonly unknown[]).includes(value);

/** Whether the configuration already says something about the topic. */
export function isKnown(topic: Topic, config: PartialAgentConfig): boolean {
  switch (topic) {
    case 'opening_hours':
      return Object.values(config.opening_hours ?? {}).some((value) => value !== null);
    case 'handoff':
      return Object.values(config.handoff ?? {}).some((value) => value !== null);
    case 'services':
    case 'never_say':
    case 'languages':
      return (config[topic] ?? []).length > 0;
    case 'anything_else':
      return false;
    default:
      return (config[topic] ?? null) !== null;
  }
}

const firstQuestion: Record<Topic, Localized> = {
  business_name: {
    es: '¿Cómo se llama su negocio?',
    en: 'What is your business called?',
  },
  business_description: {
    es: '¿A qué se dedica y qué vende u ofrece?',
    en: 'What does it do, and what do you sell or offer?',
  },
  goal: {
    es: '¿Qué quiere que logre el agente en las llamadas: vender, agendar citas, tomar pedidos, dar soporte, informar…?',
    en: 'What should the agent achieve on calls: sell, book appointments, take orders, give support, inform…?',
  },
  services: {
    es: '¿Cuáles son sus principales productos o servicios, y a qué precio?',
    en: 'What are your main products or services, and their prices?',
  },
  opening_hours: {
    es: '¿En qué horario atienden? Cuénteme también de domingos y festivos.',
    en: 'What are your opening hours? Tell me about Sundays and holidays as well.',
  },
  tone: {
    es: '¿Qué tono debe tener el agente al hablar: cercano, formal, alegre…?',
    en: 'What tone should the agent have: warm, formal, cheerful…?',
  },
  greeting: {
    es: '¿Con qué saludo quiere que conteste el teléfono?',
    en: 'With what greeting should it pick up the phone?',
  },
  never_say: {
    es: '¿Hay algo que el agente nunca deba decir, prometer o hacer?',
    en: 'Is there anything the agent must never say, promise or do?',
  },
  handoff: {
    es: '¿Cuándo debe pasar la llamada a una persona, y a qué número?',
    en: 'When should it hand the call to a person, and to which number?',
  },
  languages: {
    es: '¿En qué idiomas debe atender?',
    en: 'Which languages should it speak?',
  },
  anything_else: {
    es: 'Por último, ¿hay algo más que su agente deba saber? Dirección, domicilios, formas de pago, parqueadero, redes…',
    en: 'Finally, is there anything else your agent should know? Address, delivery, payment methods, parking, social media…',
  },
};

const again: Localized = {
  es: 'Creo que no le entendí bien; si prefiere, diga «no sé» y seguimos.',
  en: 'I am not sure I understood; you can say “I don’t know” and we move on.',
};

/** The question about a topic as we would put it ourselves; `repeated` where it stood before. */
export function questionAbout(
  topic: Topic,
  language: Language,
  options: { repeated?: boolean } = {},
): string {
  const question = firstQuestion[topic][language];
  return options.repeated ? `${again[language]} ${question}` : question;
}

/** The first words of an interview, before anybody has said anything. */
export function openingMessage(language: Language): string {
  const welcome: Localized = {
    es:
      '¡Hola! Le haré unas preguntas cortas para preparar su agente telefónico. Responda con sus ' +
      'palabras, corrija lo que quiera en cualquier momento o diga «no sé» y seguimos. Para empezar:',
    en:
      'Hello! I will ask a few short questions to prepare your phone agent. Answer in your own ' +
      'words, correct anything at any time, or say “I don’t know” and we move on. To begin:',
  };
  return `${welcome[language]} ${questionAbout('business_name', language)}`;
}

/** The last words: the agent is there. */
export function closingMessage(businessName: string, language: Language): string {
  return language === 'es'
    ? `¡Listo! El agente de ${businessName} ya está creado. Puede probarlo con una llamada o corregir cualquier dato cuando quiera.`
    : `Done! The agent of ${businessName} is ready. You can try it with a call, or correct anything whenever you like.`;
}

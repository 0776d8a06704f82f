import type { Language } from '@alo/core/kernel';

/** What the agent says by itself, when there is no model's answer to give. */
export const lines = {
  es: {
    oneMoment: 'Un momento, por favor.',
    checking: 'Un momento, reviso.',
    stillChecking: 'Ya casi, sigo revisando.',
    sayAgain: 'Disculpe, se me fue la señal un momento. ¿Me lo repite, por favor?',
    notHeard: 'Disculpe, no le escuché bien. ¿Me lo repite, por favor?',
    cutOff: 'Disculpe, se me cortó la señal. ¿En qué más le ayudo?',
    goAhead: 'Sí, cuénteme.',
    stillThere: '¿Sigue ahí?',
    silenceGoodbye: 'No le escucho. Puede llamarnos de nuevo cuando guste. ¡Que esté muy bien!',
    timeLimit:
      'Disculpe, se nos acabó el tiempo de la llamada. ¡Gracias por llamar, que esté muy bien!',
    fundsLow: 'Le cuento que nos queda poco tiempo en esta llamada.',
    fundsGoodbye:
      'Disculpe, tenemos que terminar la llamada por ahora. ¡Gracias por llamar, que esté muy bien!',
    hearingFailed:
      'Disculpe, tengo un problema con la línea y no le escucho. Por favor llámenos de nuevo en un momento.',
    thinkingFailed:
      'Disculpe, tengo un problema técnico. Por favor llámenos de nuevo en un momento.',
    shutdownGoodbye:
      'Disculpe, tenemos que cerrar la llamada por un momento. Por favor llámenos de nuevo en unos minutos. ¡Gracias!',
    goodbye: '¡Gracias por llamar! Que esté muy bien.',
  },
  en: {
    oneMoment: 'One moment, please.',
    checking: 'One moment, let me check.',
    stillChecking: 'Almost there, I am still checking.',
    sayAgain: 'Sorry, the line dropped for a moment. Could you say that again, please?',
    notHeard: "Sorry, I didn't hear you well. Could you say that again, please?",
    cutOff: 'Sorry, the line dropped. What else can I help you with?',
    goAhead: 'Yes, go ahead.',
    stillThere: 'Are you still there?',
    silenceGoodbye: "I can't hear you. Please call us again any time. Goodbye!",
    timeLimit: 'Sorry, we have run out of time for this call. Thank you for calling, goodbye!',
    fundsLow: 'I should mention that we have little time left on this call.',
    fundsGoodbye: 'Sorry, we have to end the call for now. Thank you for calling, goodbye!',
    hearingFailed:
      "Sorry, I have a problem with the line and can't hear you. Please call again in a moment.",
    thinkingFailed: 'Sorry, I have a technical problem. Please call again in a moment.',
    shutdownGoodbye:
      'Sorry, we have to close this call for a moment. Please call us again in a few minutes. Thank you!',
    goodbye: 'Thank you for calling! Goodbye.',
  },
} as const satisfies Record<Language, Record<string, string>>;

export type LineName = keyof (typeof lines)['es'];

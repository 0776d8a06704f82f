/** Audible, made-up voices and the ear that understands them. No human is understood here. */
export { createEar, type Ear, type EarEvent } from './ear.ts';
export { createVoice, speechRatesHz, type Voice } from './voice.ts';

export { answerPhone } from './phone.ts';

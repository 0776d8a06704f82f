export { createTelnyxTelephony, type TelnyxTelephonyOptions } from './telephony.ts';

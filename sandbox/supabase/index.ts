export { consentAtGoogle } from './person.ts';
export {
  startSupabaseSandbox,
  type SupabaseSandbox,
  type SupabaseSandboxOptions,
} from './sandbox.ts';
export { type AuthSettings } from './settings.ts';

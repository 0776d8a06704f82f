export { legacyTokenPolicies } from './access-tokens.ts';
export { createSupabaseIdentity, type SupabaseIdentityOptions } from './identity.ts';
export { createSupabaseStorage, type SupabaseStorageOptions } from './storage.ts';

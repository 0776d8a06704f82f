import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Permission, Principal } from '@alo/core/accounts';
import type { Language } from '@alo/core/kernel';

/** A module's routes: a plugin mounted under `/v1`. */
export type Routes = FastifyPluginAsyncZod;

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may call. `credential`: a person, of an organization or of none, or a key. `user`: a
     * signed-in person. `member`: a person or a key of an organization. `admin`: a person who runs
     * the platform.
     */
    access?: 'public' | 'credential' | 'user' | 'member' | 'admin';
    /** What a member needs to call it. Every route for members names one; `none`: being a member. */
    permission?: Permission | 'none';
    /** Never a program's key, whatever its scopes: what would let a leaked one outlive its revocation. */
    personOnly?: boolean;
    /** A tighter bound of requests a minute from one address than the general one; `false`: none. */
    rateLimit?: false | { readonly max: number };
    /** `required` where money moves or a phone rings. Default `optional` for members' POSTs, else `none`. */
    idempotency?: 'required' | 'optional' | 'none';
  }
  interface FastifyRequest {
    principal: Principal | null;
    language: Language;
    /** The body's exact text: webhooks are signed over it. */
    rawBody: string;
  }
}

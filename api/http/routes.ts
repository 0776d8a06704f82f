import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Permission, Principal } from '@alo/core/accounts';
import type { Language } from '@alo/core/kernel';

/** A module's routes: a plugin mounted under `/v1`. */
export type Routes = FastifyPluginAsyncZod;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call. `user`: a signed-in person. `member`: a person or a key of an organization. */
    access?: 'public' | 'user' | 'member';
    /** What a member needs to call it. Every route for members names one; `none`: being a member. */
    permission?: Permission | 'none';
    /** POSTs of members only. `required` where money moves or a phone rings. Default `optional`. */
    idempotency?: 'required' | 'optional' | 'none';
  }
  interface FastifyRequest {
    principal: Principal | null;
    language: Language;
    /** The body's exact text: webhooks are signed over it. */
    rawBody: string;
  }
}

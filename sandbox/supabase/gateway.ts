import type { FastifyRequest } from 'fastify';
import { constantTimeEqual } from '@alo/core/kernel';
import type { ProjectState } from './state.ts';

export interface Gateway {
  /** What the API gateway answers without a valid project key; null if there is one. */
  refusal(request: FastifyRequest): { message: string; hint: string } | null;
  /** Whether the request carries the secret key. */
  isService(request: FastifyRequest): boolean;
  /** A person's token, if the request carries one. */
  userToken(request: FastifyRequest): string | undefined;
}

/** The door before all services of a project: it wants one of the project's two keys. */
export function createGateway(state: Pick<ProjectState, 'anonKey' | 'serviceKey'>): Gateway {
  const is = (key: string | undefined, wanted: string) =>
    key !== undefined && constantTimeEqual(key, wanted);
  const isKey = (key: string | undefined) => is(key, state.anonKey) || is(key, state.serviceKey);
  const projectKey = (request: FastifyRequest) => {
    const header = request.headers['apikey'];
    const query = (request.query as Record<string, unknown> | undefined)?.['apikey'];
    if (typeof header === 'string') return header;
    return typeof query === 'string' ? query : undefined;
  };

  return {
    refusal(request) {
      const key = projectKey(request) ?? (isKey(bearerOf(request)) ? bearerOf(request) : undefined);
      if (key === undefined) {
        return {
          message: 'No API key found in request',
          hint: 'No `apikey` request header or url param was found.',
        };
      }
      if (isKey(key)) return null;
      return {
        message: 'Invalid API key',
        hint: 'Double check your Supabase `anon` or `service_role` API key.',
      };
    },
    isService(request) {
      const bearer = bearerOf(request);
      // A person's token beats the key beside it.
      return is(bearer, state.serviceKey) || (!bearer && is(projectKey(request), state.serviceKey));
    },
    userToken(request) {
      const bearer = bearerOf(request);
      return isKey(bearer) ? undefined : bearer;
    },
  };
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

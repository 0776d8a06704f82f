import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  ApiKey,
  ApiKeyCreate,
  ApiKeyCreated,
  ApiKeyRotate,
  Me,
  Organization,
} from '../types.ts';

/** Whom the credential stands for. */
export function meResource(http: Transport) {
  return {
    get: (options?: RequestOptions) => http.request<Me>('GET', '/v1/me', options),
  };
}

/** The organization this client acts for, and making others. */
export function organizationsResource(http: Transport) {
  return {
    get: (options?: RequestOptions) =>
      http.request<Organization>('GET', '/v1/organizations/current', options),
    update: (body: { readonly name: string }, options?: RequestOptions) =>
      http.request<Organization>('PATCH', '/v1/organizations/current', { ...options, body }),
    /** Makes another one, which the signed-in person owns. */
    create: (body: { readonly name: string }, options?: RequestOptions) =>
      http.request<Organization>('POST', '/v1/organizations', { ...options, body }),
    /** Leaves it; its last owner cannot. */
    leave: (options?: RequestOptions) =>
      http.request<void>('POST', '/v1/organizations/current/leave', options),
  };
}

/** Keys for programs. */
export function apiKeysResource(http: Transport) {
  return {
    /** The answer holds the secret, this once. */
    create: (body: ApiKeyCreate, options?: RequestOptions) =>
      http.request<ApiKeyCreated>('POST', '/v1/api_keys', { ...options, body }),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<ApiKey>(http, '/v1/api_keys', { ...query }, options),
    /**
     * Gives a key a new secret, in this answer alone; the one before works on for
     * `overlap_seconds` (a day, unless you say otherwise).
     */
    rotate: (id: string, body: ApiKeyRotate = {}, options?: RequestOptions) =>
      http.request<ApiKeyCreated>('POST', path`/v1/api_keys/${id}/rotate`, { ...options, body }),
    /** The key stops working at once. */
    revoke: (id: string, options?: RequestOptions) =>
      http.request<void>('DELETE', path`/v1/api_keys/${id}`, options),
  };
}

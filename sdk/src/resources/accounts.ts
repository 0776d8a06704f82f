import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { ApiKey, ApiKeyCreate, ApiKeyCreated, Me, Organization } from '../types.ts';

/** Whom the credential stands for. */
export function meResource(http: Transport) {
  return {
    get: (options?: RequestOptions) => http.request<Me>('GET', '/v1/me', options),
  };
}

/** The organization this client acts for. */
export function organizationsResource(http: Transport) {
  return {
    get: (options?: RequestOptions) =>
      http.request<Organization>('GET', '/v1/organizations/current', options),
    update: (body: { readonly name: string }, options?: RequestOptions) =>
      http.request<Organization>('PATCH', '/v1/organizations/current', { ...options, body }),
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
    /** The key stops working at once. */
    revoke: (id: string, options?: RequestOptions) =>
      http.request<void>('DELETE', path`/v1/api_keys/${id}`, options),
  };
}

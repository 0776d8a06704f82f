import { listOf, type PageQuery } from '../core/pages.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { AdminOrganization } from '../types.ts';

/** For the people who run the platform; each look is written down. */
export function adminResource(http: Transport) {
  return {
    organizations: {
      /** `search`: part of the name or of an owner's address, or the id. */
      list: (query?: PageQuery & { readonly search?: string }, options?: RequestOptions) =>
        listOf<AdminOrganization>(http, '/v1/admin/organizations', { ...query }, options),
    },
  };
}

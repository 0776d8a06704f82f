import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { Alert } from '../types.ts';

/** What an owner should know of; owners and admins are written to as well. */
export function alertsResource(http: Transport) {
  return {
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<Alert>(http, '/v1/alerts', { ...query }, options),
    /** It has been seen to; if it shows again it is a new alert. */
    resolve: (id: string, options?: RequestOptions) =>
      http.request<Alert>('POST', path`/v1/alerts/${id}/resolve`, options),
  };
}

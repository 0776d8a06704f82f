import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Agent,
  AgentSummary,
  AgentVersion,
  AgentVersionSummary,
  CreateAgent,
  UpdateAgent,
} from '../types.ts';

/** Phone agents and their versions. */
export function agentsResource(http: Transport) {
  return {
    /** Makes an agent from a configuration, without an interview. */
    create: (body: CreateAgent, options?: RequestOptions) =>
      http.request<Agent>('POST', '/v1/agents', { ...options, body }),
    get: (id: string, options?: RequestOptions) =>
      http.request<Agent>('GET', path`/v1/agents/${id}`, options),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<AgentSummary>(http, '/v1/agents', { ...query }, options),
    /** Makes a new version; the ones before it stay as they were. */
    update: (id: string, body: UpdateAgent, options?: RequestOptions) =>
      http.request<Agent>('PATCH', path`/v1/agents/${id}`, { ...options, body }),
    versions: {
      list: (id: string, query?: PageQuery, options?: RequestOptions) =>
        listOf<AgentVersionSummary>(http, path`/v1/agents/${id}/versions`, { ...query }, options),
      get: (id: string, version: number, options?: RequestOptions) =>
        http.request<AgentVersion>(
          'GET',
          path`/v1/agents/${id}/versions/${String(version)}`,
          options,
        ),
    },
  };
}

import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Invitation,
  InvitationCreate,
  InvitationPreview,
  Member,
  OrganizationSummary,
  Role,
} from '../types.ts';

/** The people of the organization. */
export function membersResource(http: Transport) {
  return {
    /** Who joined last first. */
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<Member>(http, '/v1/members', { ...query }, options),
    /** Gives a member another role. Only owners make and unmake owners. */
    update: (id: string, body: { readonly role: Role }, options?: RequestOptions) =>
      http.request<Member>('PATCH', path`/v1/members/${id}`, { ...options, body }),
    /** Takes a member out, from their next request on; with their API keys if you say so. */
    remove: (
      id: string,
      query: { readonly revoke_api_keys?: boolean } = {},
      options?: RequestOptions,
    ) => http.request<void>('DELETE', path`/v1/members/${id}`, { ...options, query }),
  };
}

/** Asking people in by e-mail, and answering such a mail. */
export function invitationsResource(http: Transport) {
  return {
    create: (body: InvitationCreate, options?: RequestOptions) =>
      http.request<Invitation>('POST', '/v1/invitations', { ...options, body }),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<Invitation>(http, '/v1/invitations', { ...query }, options),
    /** Mails it again with a new link; the one before works no more. */
    resend: (id: string, options?: RequestOptions) =>
      http.request<Invitation>('POST', path`/v1/invitations/${id}/resend`, options),
    revoke: (id: string, options?: RequestOptions) =>
      http.request<void>('DELETE', path`/v1/invitations/${id}`, options),
    /** What the invitation of a mailed token says. Needs no credential. */
    lookUp: (token: string, options?: RequestOptions) =>
      http.request<InvitationPreview>('POST', '/v1/invitations/lookup', {
        ...options,
        body: { token },
      }),
    /** Joins; the signed-in person's address must be the invited one. */
    accept: (token: string, options?: RequestOptions) =>
      http.request<OrganizationSummary>('POST', '/v1/invitations/accept', {
        ...options,
        body: { token },
      }),
    /** Needs no credential. */
    decline: (token: string, options?: RequestOptions) =>
      http.request<void>('POST', '/v1/invitations/decline', { ...options, body: { token } }),
  };
}

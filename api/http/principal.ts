import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import {
  requirePermission,
  requirePerson,
  type AccountsService,
  type Member,
  type Principal,
} from '@alo/core/accounts';
import { AppError, assert } from '@alo/core/kernel';

/** The member behind a request of a `member` route. */
export function memberOf(request: FastifyRequest): Member {
  const { principal } = request;
  assert(principal?.orgId, 'only routes with access "member" have a member');
  return principal as Member;
}

/** Whoever is behind a request of a route that is not public. */
export function principalOf(request: FastifyRequest): Principal {
  assert(request.principal, 'only public routes have nobody behind them');
  return request.principal;
}

/** Settles who calls, and whether they may, before anything else is read. A route that says nothing is for members. */
export const principalPlugin = fp(
  async (app: FastifyInstance, { accounts }: { accounts: AccountsService }) => {
    app.decorateRequest('principal', null);
    const routes: RouteOptions[] = [];
    app.addHook('onRoute', (route) => void routes.push(route));
    // Once all are there: an inner plugin may still say of its routes who may call them.
    app.addHook('onReady', async () => {
      for (const { config, method, url } of routes) {
        const forMembers = (config?.access ?? 'member') === 'member';
        assert(!forMembers || config?.permission, `${String(method)} ${url} names no permission`);
      }
    });
    app.addHook('onRequest', async (request) => {
      const { access = 'member', permission = 'none' } = request.routeOptions.config;
      if (access === 'public' || request.is404) return;
      const bearer = /^Bearer\s+(\S{1,8192})$/i.exec(request.headers.authorization ?? '')?.[1];
      const organization = request.headers['alo-organization'];
      const principal = bearer
        ? await accounts.authenticate(
            bearer,
            typeof organization === 'string' ? organization : undefined,
          )
        : null;
      if (!principal) throw new AppError('unauthenticated');
      if (access === 'user' && !principal.userId) throw new AppError('forbidden');
      if (access === 'admin' && !principal.platformAdmin) throw new AppError('forbidden');
      if (access === 'member' && !principal.orgId) throw new AppError('forbidden');
      if (permission !== 'none') requirePermission(principal, permission);
      if (request.routeOptions.config.personOnly) requirePerson(principal);
      request.principal = {
        ...principal,
        origin: {
          ip: request.ip,
          userAgent: request.headers['user-agent']?.slice(0, 256),
          requestId: request.id,
        },
      };
    });
  },
  { name: 'principal' },
);

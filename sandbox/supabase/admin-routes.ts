import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuthFailure } from './auth-errors.ts';
import { emailExists } from './auth.ts';
import { emailField, linkOptions, metadataField } from './auth-fields.ts';
import type { AuthRoutesDeps } from './auth-routes.ts';
import { hashPassword } from './passwords.ts';
import { presentUser } from './present-user.ts';
import type { CodeKind, UserRecord } from './state.ts';

const createBody = z.object({
  email: emailField,
  password: z.string().optional(),
  email_confirm: z.boolean().default(false),
  user_metadata: metadataField,
  app_metadata: metadataField,
});
const updateBody = z.object({
  email: emailField.optional(),
  password: z.string().optional(),
  email_confirm: z.boolean().optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  app_metadata: z.record(z.string(), z.unknown()).optional(),
  /** A Go duration (`24h`), or `none` to lift the ban. */
  ban_duration: z.string().optional(),
});
const listQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(1_000).default(50),
});
const linkBody = z.object({
  type: z.enum(['signup', 'magiclink', 'recovery', 'invite']),
  email: emailField,
  password: z.string().optional(),
  data: metadataField,
  redirect_to: z.string().optional(),
});
const idParams = z.object({ id: z.string() });

/** What the secret key opens: accounts and links, without asking their owners. */
export function registerAdminRoutes(app: FastifyInstance, deps: AuthRoutesDeps): void {
  const { users, store, gateway, settings, clock, codes } = deps;

  const guard = async (request: FastifyRequest) => {
    if (gateway.isService(request)) return;
    if (gateway.userToken(request) === undefined) {
      throw new AuthFailure(401, 'no_authorization', 'This endpoint requires a Bearer token');
    }
    throw new AuthFailure(403, 'not_admin', 'User not allowed');
  };
  const find = (request: FastifyRequest): UserRecord => {
    const user = users.byId(idParams.parse(request.params).id);
    if (!user) throw new AuthFailure(404, 'user_not_found', 'User not found');
    return user;
  };

  app.get('/admin/users', { onRequest: guard }, async (request, reply) => {
    const { page, per_page: perPage } = listQuery.parse(request.query);
    const all = store.state.users;
    const shown = all.slice((page - 1) * perPage, page * perPage);
    const lastPage = Math.max(1, Math.ceil(all.length / perPage));
    const link = (to: number, rel: string) =>
      `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
    const links = [...(page < lastPage ? [link(page + 1, 'next')] : []), link(lastPage, 'last')];
    return reply
      .header('x-total-count', String(all.length))
      .header('link', links.join(', '))
      .send({ users: shown.map(presentUser), aud: 'authenticated' });
  });

  app.post('/admin/users', { onRequest: guard }, async (request) => {
    const body = createBody.parse(request.body);
    const passwordHash = body.password === undefined ? null : await hashPassword(body.password);
    if (users.byEmail(body.email)) throw emailExists();
    const user = users.add({
      email: body.email,
      passwordHash,
      confirmed: body.email_confirm,
      userMetadata: body.user_metadata,
      appMetadata: body.app_metadata,
    });
    await store.save();
    return presentUser(user);
  });

  app.get('/admin/users/:id', { onRequest: guard }, async (request) => presentUser(find(request)));

  app.put('/admin/users/:id', { onRequest: guard }, async (request) => {
    const user = find(request);
    const body = updateBody.parse(request.body);
    if (body.email !== undefined && body.email !== user.email) {
      if (users.byEmail(body.email)) throw emailExists();
      user.email = body.email;
    }
    if (body.password !== undefined) user.passwordHash = await hashPassword(body.password);
    if (body.email_confirm) user.emailConfirmedAtMs ??= clock.now().getTime();
    if (body.user_metadata) user.userMetadata = { ...user.userMetadata, ...body.user_metadata };
    if (body.app_metadata) user.appMetadata = { ...user.appMetadata, ...body.app_metadata };
    if (body.ban_duration !== undefined) {
      const banMs = durationMs(body.ban_duration);
      user.bannedUntilMs = banMs === null ? null : clock.now().getTime() + banMs;
    }
    users.touch(user);
    await store.save();
    return presentUser(user);
  });

  app.delete('/admin/users/:id', { onRequest: guard }, async (request) => {
    const user = find(request);
    users.remove(user.id);
    await store.save();
    return presentUser(user);
  });

  app.post('/admin/generate_link', { onRequest: guard }, async (request) => {
    const body = linkBody.parse(request.body);
    const passwordHash = body.password === undefined ? null : await hashPassword(body.password);
    let user = users.byEmail(body.email);
    let type: string = body.type;
    if (!user) {
      if (type === 'recovery') {
        throw new AuthFailure(404, 'user_not_found', 'User with this email not found');
      }
      if (type === 'magiclink') type = 'signup';
      user = users.add({ email: body.email, passwordHash, userMetadata: body.data });
    } else if ((type === 'signup' || type === 'invite') && user.emailConfirmedAtMs !== null) {
      throw emailExists();
    }
    const kind: CodeKind = type === 'signup' || type === 'invite' ? 'confirmation' : 'recovery';
    const { redirectTo } = linkOptions(request, settings.siteUrl);
    const issued = codes.issue(user, kind, type, redirectTo);
    await store.save();
    return {
      ...presentUser(user),
      action_link: issued.link,
      email_otp: issued.code,
      hashed_token: issued.tokenHash,
      verification_type: type,
      redirect_to: redirectTo,
    };
  });

  app.post('/invite', { onRequest: guard }, async (request) => {
    const body = z.object({ email: emailField, data: metadataField }).parse(request.body);
    const existing = users.byEmail(body.email);
    if (existing && existing.emailConfirmedAtMs !== null) throw emailExists();
    const user =
      existing ?? users.add({ email: body.email, passwordHash: null, userMetadata: body.data });
    const link = linkOptions(request, settings.siteUrl);
    await codes.send(user, 'confirmation', { ...link, linkType: 'invite' });
    await store.save();
    return presentUser(user);
  });
}

const unitsMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** `24h`, `1h30m` → milliseconds; `none` → null. */
function durationMs(text: string): number | null {
  if (text === 'none') return null;
  if (!/^(\d+[hms])+$/.test(text)) {
    throw new AuthFailure(400, 'validation_failed', 'invalid format for ban duration');
  }
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (unitsMs[unit ?? ''] ?? 0),
    0,
  );
}

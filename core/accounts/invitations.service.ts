import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type { Db, OrgTx } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  AppError,
  assert,
  cursorId,
  limits,
  notFound,
  pageOf,
  ProviderError,
  sha256Hex,
  type Clock,
  type Id,
  type Language,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { Counters, Mailer } from '../ports/index.ts';
import type { Role } from './accounts.schema.ts';
import { invitationMail } from './invitation.mail.ts';
import { isInvited, isMember, isSettled, tooMany, tooManyMails } from './invitations.errors.ts';
import { createReceiving } from './invitations.receiving.ts';
import * as repo from './invitations.repo.ts';
import * as members from './members.repo.ts';
import { mayGrant } from './members.rules.ts';
import type { InvitationWire, Invite } from './members.schema.ts';
import { ownersOnly } from './members.service.ts';
import { requirePerson, type Member } from './principal.ts';

export interface InvitationsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly jobs: JobQueue;
  readonly mailer: Mailer;
  readonly counters: Counters;
  /** The API's address as the outside sees it: where the mail's link leads. */
  readonly publicUrl: string;
  /** Makes tokens. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
}

export type InvitationsService = ReturnType<typeof createInvitationsService>;

const DAY_MS = 24 * 3_600_000;
const TOKEN_BYTES = 24;

/**
 * Asking people in by e-mail. The token is in the mail alone (we keep its hash, jobs carry none),
 * and accepting takes it *and* being signed in with the invited address: neither a forwarded mail
 * nor an address by itself opens anything. Nothing here tells whether an address has an account.
 */
export function createInvitationsService(deps: InvitationsDeps) {
  return { ...createSending(deps), ...createReceiving(deps) };
}

function createSending(deps: InvitationsDeps) {
  const { db, clock, newId, log, jobs, mailer, counters } = deps;

  /** The actor's role now, after every change of members before this one. */
  async function lockedRole(tx: OrgTx, member: Member): Promise<Role> {
    assert(member.userId, 'a person has an id');
    await members.lockMembers(tx, member.orgId);
    const actor = await members.getMemberByUser(tx, member.orgId, member.userId);
    if (!actor) throw new AppError('forbidden');
    return actor.role;
  }

  async function countMail(orgId: Id<'org'>, email: string): Promise<void> {
    const bounds = [
      { key: `invitations:${orgId}`, max: limits.members.invitationsPerDayMax },
      { key: `invitations:to:${sha256Hex(email)}`, max: limits.members.invitationsPerAddressMax },
    ];
    for (const { key, max } of bounds) {
      const { count, resetsInMs } = await counters.hit(key, DAY_MS);
      if (count > max) throw tooManyMails(resetsInMs);
    }
  }

  const enqueueMail = ({ id, org_id, mail_requested_at }: MailRequest) =>
    jobs.enqueue(
      'invitation.mail',
      { org_id, invitation_id: id },
      `${id}-${mail_requested_at.getTime()}`,
    );

  return {
    /**
     * Invites an address. Errors: `forbidden` where an owner is to be made by somebody else than
     * one; `conflict` for a member, or for an address with an invitation that stands;
     * `rate_limited`.
     */
    async invite(member: Member, request: Invite, language: Language): Promise<InvitationWire> {
      requirePerson(member);
      const { orgId, userId } = member;
      assert(userId, 'a person has an id');
      const now = clock.now();
      const row = await db.withOrg(member, async (tx) => {
        const role = await lockedRole(tx, member);
        if (!mayGrant(role, request.role)) throw ownersOnly();
        if (await members.getMemberByEmail(tx, orgId, request.email)) throw isMember();
        await repo.settleExpired(tx, now);
        if (await repo.findPending(tx, request.email)) throw isInvited();
        if ((await repo.countPending(tx)) >= limits.members.invitationsPendingMax) throw tooMany();
        await countMail(orgId, request.email);
        return repo.insertInvitation(tx, {
          id: newId('ivt'),
          org_id: orgId,
          email: request.email,
          role: request.role,
          language: request.language ?? language,
          invited_by: userId,
          created_at: now,
          mail_requested_at: now,
          expires_at: new Date(now.getTime() + limits.members.invitationTtlMs),
        });
      });
      await enqueueMail(row);
      log.info({ org_id: orgId, invitation_id: row.id }, 'invited');
      return presentInvitation(row, now);
    },

    /** Newest first, settled ones too. */
    async listInvitations(member: Member, query: PageQuery): Promise<Page<InvitationWire>> {
      const before = cursorId('ivt', query.cursor);
      const rows = await db.withOrg(member, (tx) => repo.listInvitations(tx, query.limit, before));
      const now = clock.now();
      return pageOf(rows, query.limit, (row) => presentInvitation(row, now));
    },

    /**
     * Mails it again with a new token, good for seven days from now; the token before works no
     * more. Errors: `conflict` once it is settled; `rate_limited` within a minute of the last mail.
     */
    async resendInvitation(member: Member, id: Id<'ivt'>): Promise<InvitationWire> {
      requirePerson(member);
      const now = clock.now();
      const { resendIntervalMs, invitationTtlMs } = limits.members;
      const row = await db.withOrg(member, async (tx) => {
        const role = await lockedRole(tx, member);
        const invitation = await repo.lockInvitation(tx, id);
        if (!invitation) throw notFound('id');
        if (!mayGrant(role, invitation.role)) throw ownersOnly();
        if (invitation.status !== 'pending') throw isSettled();
        const waitMs = invitation.mail_requested_at.getTime() + resendIntervalMs - now.getTime();
        if (waitMs > 0) throw tooManyMails(waitMs);
        await countMail(member.orgId, invitation.email);
        return repo.requestMail(tx, id, now, new Date(now.getTime() + invitationTtlMs));
      });
      await enqueueMail(row);
      return presentInvitation(row, now);
    },

    /** Its token stops working at once. Twice is the same as once. Error: `conflict` if it was used. */
    async revokeInvitation(member: Member, id: Id<'ivt'>): Promise<void> {
      requirePerson(member);
      await db.withOrg(member, async (tx) => {
        const role = await lockedRole(tx, member);
        const invitation = await repo.lockInvitation(tx, id);
        if (!invitation) throw notFound('id');
        if (!mayGrant(role, invitation.role)) throw ownersOnly();
        if (invitation.status === 'revoked') return;
        if (invitation.status !== 'pending') throw isSettled();
        await repo.settle(tx, id, 'revoked', clock.now());
      });
    },

    /**
     * The job that mails an invitation. Its token is made here, so that no queue ever holds one: a
     * second try makes another, and the mail that came last is the one that works. Nothing happens
     * for an invitation that is settled, was mailed, or is not of this organization.
     */
    async mailInvitation(orgId: Id<'org'>, id: Id<'ivt'>): Promise<void> {
      const token = `alo_inv_${Buffer.from((deps.randomBytes ?? cryptoRandomBytes)(TOKEN_BYTES)).toString('hex')}`;
      const tokenHash = sha256Hex(token);
      const invitation = await db.withOrg({ orgId }, async (tx) => {
        const row = await repo.lockInvitation(tx, id);
        if (!row || row.status !== 'pending' || row.mailed_at) return undefined;
        if (row.expires_at <= clock.now()) return undefined;
        await repo.setToken(tx, id, tokenHash);
        return { ...row, ...(await repo.getSenders(tx, orgId, row.invited_by)) };
      });
      if (!invitation) return;
      const { email: to, language, role, orgName, inviter } = invitation;
      const url = `${deps.publicUrl}/invitations?token=${token}`;
      try {
        await mailer.send(invitationMail({ to, language, role, orgName, inviter, token, url }));
      } catch (error) {
        if (!(error instanceof ProviderError) || error.kind !== 'invalid_request') throw error;
        log.warn({ err: error, invitation_id: id }, 'invitation refused by the mail server');
        await db.withOrg({ orgId }, (tx) => repo.settle(tx, id, 'undeliverable', clock.now()));
        return;
      }
      await db.withOrg({ orgId }, (tx) => repo.noteMailed(tx, id, tokenHash, clock.now()));
    },

    /** Asks again for mails that a crash or an outage kept from going out. */
    async sweepInvitations(): Promise<void> {
      const now = clock.now();
      const before = new Date(now.getTime() - limits.members.mailRetryMs);
      const waiting = await db.withSystem((tx) => repo.askAgain(tx, before, now));
      for (const request of waiting) await enqueueMail(request);
    },
  };
}

interface MailRequest {
  readonly id: Id<'ivt'>;
  readonly org_id: Id<'org'>;
  readonly mail_requested_at: Date;
}

function presentInvitation(row: repo.InvitationRow, now: Date): InvitationWire {
  const isOver = row.status === 'pending' && row.expires_at <= now;
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    status: isOver ? 'expired' : row.status,
    invited_by: row.invited_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    mailed_at: row.mailed_at?.toISOString() ?? null,
    settled_at: row.settled_at?.toISOString() ?? null,
  };
}

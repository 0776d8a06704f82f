import type { Db, SystemTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { assert, limits, sha256Hex, type Clock, type Log, type NewId } from '../kernel/index.ts';
import type { OrganizationSummaryWire } from './accounts.schema.ts';
import { invalidInvitation, isFull, wrongPerson } from './invitations.errors.ts';
import * as repo from './invitations.repo.ts';
import * as members from './members.repo.ts';
import type { InvitationPreviewWire } from './members.schema.ts';
import { presentMember } from './members.service.ts';
import type { Principal } from './principal.ts';

const tokenPattern = /^alo_inv_[0-9a-f]{48}$/;

interface ReceivingDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** What whoever was invited can do with the token of the mail. */
export function createReceiving({ db, clock, newId, log }: ReceivingDeps) {
  /** The invitation behind a token, its organization's members locked. Error: `invalid_invitation`. */
  async function lockByToken(tx: SystemTx, token: string) {
    const found = tokenPattern.test(token)
      ? await repo.findByToken(tx, sha256Hex(token))
      : undefined;
    if (!found) throw invalidInvitation();
    await members.lockMembers(tx, found.org_id);
    const row = await repo.lockInvitation(tx, found.id);
    if (!row || row.token_hash !== sha256Hex(token)) throw invalidInvitation();
    const isOpen = row.status === 'pending' && row.expires_at > clock.now();
    return { ...row, orgName: found.org_name, isOpen };
  }

  return {
    /** What an invitation says, to whoever has its token. Error: `invalid_invitation`. */
    async previewInvitation(token: string): Promise<InvitationPreviewWire> {
      const found = tokenPattern.test(token)
        ? await db.withSystem((tx) => repo.findByToken(tx, sha256Hex(token)))
        : undefined;
      if (found?.status !== 'pending' || found.expires_at <= clock.now()) throw invalidInvitation();
      return {
        organization: { name: found.org_name },
        role: found.role,
        email: found.email,
        expires_at: found.expires_at.toISOString(),
      };
    },

    /**
     * Joins. Who is a member already stays what they are. Accepting again is the same as once, as
     * long as one is still a member. Errors: `invalid_invitation`; `forbidden` for an account of
     * another address; `conflict` when the organization is full.
     */
    async acceptInvitation(person: Principal, token: string): Promise<OrganizationSummaryWire> {
      const { userId } = person;
      assert(userId, 'a person has an id');
      return db.withSystem(async (tx) => {
        const invitation = await lockByToken(tx, token);
        const { id, org_id: orgId, orgName } = invitation;
        const present = await members.getMemberByUser(tx, orgId, userId);
        if (invitation.status === 'accepted' && invitation.accepted_by === userId && present) {
          return { id: orgId, name: orgName, role: present.role };
        }
        if (!invitation.isOpen) throw invalidInvitation();
        if (person.email !== invitation.email) throw wrongPerson(invitation.email);
        const at = clock.now();
        await repo.settle(tx, id, 'accepted', at, userId);
        if (present) return { id: orgId, name: orgName, role: present.role };
        if ((await members.countMembers(tx, orgId)) >= limits.members.membersMax) throw isFull();
        const { role } = invitation;
        await members.insertMember(tx, {
          id: newId('mem'),
          org_id: orgId,
          user_id: userId,
          role,
          created_at: at,
        });
        const joined = await members.getMemberByUser(tx, orgId, userId);
        assert(joined, 'who was just written is there');
        await recordEvent(tx, { orgId, type: 'member.joined', data: presentMember(joined), at });
        log.info({ org_id: orgId, member_id: joined.id }, 'member joined');
        return { id: orgId, name: orgName, role };
      }, person);
    },

    /** Says no, account or not. Twice is the same as once. Error: `invalid_invitation`. */
    async declineInvitation(token: string): Promise<void> {
      await db.withSystem(async (tx) => {
        const invitation = await lockByToken(tx, token);
        if (invitation.status === 'declined') return;
        if (!invitation.isOpen) throw invalidInvitation();
        await repo.settle(tx, invitation.id, 'declined', clock.now());
      });
    },
  };
}

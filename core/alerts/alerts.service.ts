import type { Db, OrgScope } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  cursorId,
  limits,
  notFound,
  pageOf,
  ProviderError,
  type Clock,
  type Id,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { Mailer } from '../ports/index.ts';
import { alertMail } from './alert.mail.ts';
import { verdictsOf } from './alert.rules.ts';
import * as repo from './alerts.repo.ts';
import type { AlertWire } from './alerts.schema.ts';

const BATCH = 200;

export interface AlertsDeps {
  readonly db: Db;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Who is told of the platform's own troubles. */
  readonly platformAdmins: readonly string[];
}

export type AlertsService = ReturnType<typeof createAlertsService>;

/**
 * Tells people of trouble, once: each thing that is wrong is one open alert however often it shows,
 * its mail goes out once, and again only after a quiet period if it goes on.
 */
export function createAlertsService(deps: AlertsDeps) {
  const { db, jobs, mailer, clock, newId, log, platformAdmins } = deps;

  /** Looks at events that were recorded since the last time. Each is looked at once. */
  async function considerEvents(): Promise<number> {
    return db.withSystem(async (tx) => {
      const events = await repo.takeEvents(tx, BATCH);
      if (events.length === 0) return 0;
      // A test event tells of something that has not happened.
      for (const event of events.filter(({ type, test }) => !test && repo.isTelling(type))) {
        for (const verdict of verdictsOf(event.type, event.data)) {
          const about = { orgId: event.org_id, kind: verdict.kind, at: event.created_at };
          if (verdict.does === 'resolve') {
            await repo.resolve(tx, { ...about, subject: verdict.subject });
          } else {
            const subject = verdict.subject ?? '';
            await repo.raise(tx, { ...about, id: newId('alr'), subject, data: event.data });
          }
        }
      }
      await repo.markConsidered(
        tx,
        events.map(({ id }) => id),
        clock.now(),
      );
      return events.length;
    });
  }

  const quietSince = () => new Date(clock.now().getTime() - limits.alerts.quietMs);

  return {
    /** Newest first, resolved ones too. */
    async list(scope: OrgScope, query: PageQuery): Promise<Page<AlertWire>> {
      const before = cursorId('alr', query.cursor);
      const page = { limit: query.limit, before };
      const rows = await db.withOrg(scope, (tx) => repo.listAlerts(tx, page));
      return pageOf(rows, query.limit, present);
    },

    /** Seen to. If it shows again it is a new alert. Twice is the same as once. */
    async resolve(scope: OrgScope, id: Id<'alr'>): Promise<AlertWire> {
      const row = await db.withOrg(scope, (tx) => repo.resolveOne(tx, id, clock.now()));
      if (!row) throw notFound('alert_id');
      return present(row);
    },

    /** A provider fails request after request: those who run the platform should know. */
    async providerDown(provider: string): Promise<void> {
      const at = clock.now();
      await db.withSystem((tx) =>
        repo.raise(tx, {
          id: newId('alr'),
          orgId: null,
          kind: 'provider_down',
          subject: provider,
          data: {},
          at,
        }),
      );
    },

    /** It answers again. */
    async providerUp(provider: string): Promise<void> {
      const at = clock.now();
      await db.withSystem((tx) =>
        repo.resolve(tx, { orgId: null, kind: 'provider_down', subject: provider, at }),
      );
    },

    /** Raises and resolves by what events tell, and asks for the mails that are due. */
    async sweep(): Promise<void> {
      while ((await considerEvents()) === BATCH);
      const due = await db.withSystem((tx) => repo.listDue(tx, quietSince(), BATCH));
      for (const { id, mailed_at: last } of due) {
        await jobs.enqueue('alert.mail', { alert_id: id }, `${id}-${last?.getTime() ?? 0}`);
      }
    },

    /** The job that writes to an alert's people. Nothing happens if it has been, or was resolved. */
    async mail(id: Id<'alr'>): Promise<void> {
      const due = await db.withSystem(async (tx) => {
        const alert = await repo.lockAlert(tx, id);
        if (!alert || alert.resolved_at) return undefined;
        if (alert.mailed_at && alert.mailed_at >= quietSince()) return undefined;
        const people = alert.org_id
          ? await repo.listRecipients(tx, alert.org_id)
          : platformAdmins.map((email) => ({ email, org_name: undefined }));
        return { alert, people };
      });
      if (!due) return;
      const { kind, subject, data } = due.alert;
      for (const { email: to, org_name: orgName } of due.people) {
        try {
          await mailer.send(alertMail({ to, language: 'es', kind, subject, data, orgName }));
        } catch (error) {
          // One mailbox that is gone keeps nobody else from knowing.
          if (!(error instanceof ProviderError) || error.kind !== 'invalid_request') throw error;
          log.warn({ err: error, alert_id: id }, 'alert refused by the mail server');
        }
      }
      await db.withSystem((tx) => repo.noteMailed(tx, id, clock.now()));
    },
  };
}

function present(row: repo.AlertRow): AlertWire {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    occurrences: row.occurrences,
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
    mailed_at: row.mailed_at?.toISOString() ?? null,
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}

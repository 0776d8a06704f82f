import type { TestDb } from '../../db/testing.ts';
import { microsFromMinor, newId, systemClock, type Id } from '../../kernel/index.ts';
import { createWalletService } from '../wallet.service.ts';
import { findBrokenWallets, findWrongEndings } from './audit.ts';
import { startInProcess, startProcesses } from './crew.ts';
import { createExecutor, type Answer, type Message } from './operations.ts';
import type { CrashPlan, Step, Story } from './plan.ts';

/** Operations under way at once. */
const CONCURRENT = 200;
/** Nothing answered for this long: something hangs, and the run fails instead of waiting. */
const STALL_MS = 20_000;

export interface CrashReport {
  readonly faults: readonly string[];
  readonly operations: number;
  readonly refused: number;
  /** Operations that had to be sent again because who had them died. */
  readonly resent: number;
  readonly kills: number;
}

/** A step under way. */
interface Sent {
  readonly story: Story;
  readonly at: number;
  readonly step: Step;
  /** Messages that are not answered yet: one for each process that got it. */
  readonly waiting: Set<number>;
}

/**
 * Runs a plan: every story at its own pace, up to 200 operations at once; processes die as the plan
 * says, and whatever they had not answered is sent again to their successors, as queues and carriers
 * do. After each death, and at the end, nothing may be wrong.
 */
export async function runCrashPlan(t: TestDb, plan: CrashPlan): Promise<CrashReport> {
  const orgIds = await openWallets(t, plan);
  const faults: string[] = [];
  const answered = new Map<string, string>();
  const inFlight = new Map<number, { sent: Sent; process: number }>();
  const ready: [Story, number][] = plan.stories.map((story) => [story, 0]);
  const kills = [...plan.kills];
  const deaths: Promise<void>[] = [];
  const figures = { operations: 0, refused: 0, resent: 0, kills: 0 };
  const over = Promise.withResolvers<void>();
  let running = 0;
  let cancelStall = () => undefined as void;

  const crew = await (t.url === undefined
    ? startInProcess(t.pool, onAnswer)
    : startProcesses(t.url, onAnswer));

  function dispatch(): void {
    cancelStall();
    cancelStall = systemClock.setTimer(STALL_MS, () => {
      faults.push(`${inFlight.size} operations were never answered`);
      over.resolve();
    });
    while (running < CONCURRENT) {
      const next = ready.shift();
      if (!next) break;
      send(...next);
    }
    if (running === 0) over.resolve();
  }

  function send(story: Story, at: number): void {
    const step = story.steps[at];
    if (!step) return;
    running += 1;
    const sent: Sent = { story, at, step, waiting: new Set() };
    for (const process of step.processes) deliver(sent, process);
  }

  function deliver(sent: Sent, process: number): void {
    const id = figures.operations++;
    const { story, step } = sent;
    const orgId = orgIds[story.wallet] as Id<'org'>;
    const message: Message = { id, orgId, source: story.source, operation: step.operation };
    sent.waiting.add(id);
    inFlight.set(id, { sent, process });
    crew.send(process, message);
  }

  function onAnswer({ id, outcome, error }: Answer): void {
    const found = inFlight.get(id);
    if (!found) return;
    inFlight.delete(id);
    const { sent } = found;
    sent.waiting.delete(id);
    if (outcome === 'failed')
      faults.push(`${sent.story.source}: ${JSON.stringify(sent.step.operation)} failed: ${error}`);
    const key = `${sent.story.source} ${sent.step.operation.do}`;
    // Of two deliveries one may be refused before money came in that lets the other through.
    if (answered.get(key) !== 'done') answered.set(key, outcome);
    if (answered.size >= (kills[0]?.afterAnswers ?? Infinity)) scheduleKill();
    if (sent.waiting.size > 0) return;
    running -= 1;
    if (answered.get(key) === 'refused') figures.refused += 1;
    else ready.push([sent.story, sent.at + 1]);
    dispatch();
  }

  function scheduleKill(): void {
    const kill = kills.shift();
    if (!kill) return;
    deaths.push(
      new Promise((resolve) => {
        systemClock.setTimer(kill.delayMs, () => resolve(die(kill.process)));
      }),
    );
  }

  async function die(process: number): Promise<void> {
    figures.kills += 1;
    await crew.kill(process);
    faults.push(...(await findBrokenWallets(t.pool)));
    const lost = [...inFlight].filter(([, message]) => message.process === process);
    for (const [id, { sent }] of lost) {
      inFlight.delete(id);
      sent.waiting.delete(id);
      figures.resent += 1;
      deliver(sent, process);
    }
  }

  dispatch();
  await over.promise;
  cancelStall();
  await Promise.all(deaths);
  // A restarted platform sweeps: what lost calls held is given back.
  await createExecutor(t.db)({
    id: -1,
    orgId: newId('org'),
    source: '',
    operation: { do: 'sweep' },
  });
  await crew.close();
  faults.push(...(await findBrokenWallets(t.pool)));
  faults.push(...(await findWrongEndings(t.pool, plan, answered)));
  return { faults: [...new Set(faults)], ...figures };
}

/** What to type to see it again: the same plan, on the same kind of database. */
export function replayCommand({ seed, size }: CrashPlan): string {
  return `npm run wallet:crash -- --seed ${seed} --stories ${size.stories} --kills ${size.kills}`;
}

async function openWallets(t: TestDb, plan: CrashPlan): Promise<Id<'org'>[]> {
  const wallet = createWalletService({ db: t.db, newId, clock: systemClock });
  const orgIds = plan.wallets.map(() => newId('org'));
  for (const [at, id] of orgIds.entries()) {
    await t.db.withSystem(async (tx) => {
      await tx
        .insertInto('organizations')
        .values({ id, name: `Negocio ${at}`, founded_by: null })
        .execute();
      const amountMicros = microsFromMinor(plan.wallets[at] ?? 0);
      if (amountMicros > 0n)
        await wallet.credit(tx, {
          orgId: id,
          amountMicros,
          kind: 'adjustment',
          sourceId: `${plan.seed}-opening-${at}`,
        });
    });
  }
  return orgIds;
}

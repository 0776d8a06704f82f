import fc from 'fast-check';

export interface PlanSize {
  readonly stories: number;
  readonly kills: number;
}

/** What one seed does to a platform's wallets: who moves what, in which order, and who dies when. */
export interface CrashPlan {
  readonly seed: number;
  /** What was drawn with the seed: another size is another plan. */
  readonly size: PlanSize;
  /** What each wallet begins with, in minor units. */
  readonly wallets: readonly number[];
  readonly stories: readonly Story[];
  readonly kills: readonly Kill[];
}

/** What happens to one payment or one call: step after step, while every other story goes on. */
export interface Story {
  /** What entries and holds are booked for. Those that end in `-lost` are given up by their maker. */
  readonly source: string;
  readonly wallet: number;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly operation: Operation;
  /** Which processes get it: two, where a message is delivered twice at once. */
  readonly processes: readonly number[];
}

/** Amounts are minor units. */
export type Operation =
  | { readonly do: 'top_up'; readonly amount: number }
  | { readonly do: 'refund'; readonly amount: number }
  | { readonly do: 'hold'; readonly amount: number; readonly least: number }
  | { readonly do: 'extend'; readonly amount: number }
  /** Captures what was used; 0 releases. */
  | { readonly do: 'settle'; readonly used: number }
  /** Takes the charge back. */
  | { readonly do: 'reverse' }
  /** Gives back expired holds of lost calls. */
  | { readonly do: 'sweep' };

/** SIGKILL, as many milliseconds after so many operations have been answered. */
export interface Kill {
  readonly process: number;
  readonly afterAnswers: number;
  readonly delayMs: number;
}

export const processCount = 4;
const walletCount = 20;

const amount = fc.integer({ min: 1, max: 600 });
const top_up = amount.map((amount): Operation => ({ do: 'top_up', amount }));
const refund = amount.map((amount): Operation => ({ do: 'refund', amount }));
const hold = fc
  .tuple(amount, fc.integer({ min: 1, max: 100 }))
  .map(([amount, least]): Operation => ({ do: 'hold', amount, least: Math.min(amount, least) }));
const extend = amount.map((amount): Operation => ({ do: 'extend', amount }));
const capture = fc.integer({ min: 1, max: 900 }).map((used): Operation => ({ do: 'settle', used }));
const release = fc.constant<Operation>({ do: 'settle', used: 0 });
const reverse = fc.constant<Operation>({ do: 'reverse' });
const sweep = fc.constant<Operation>({ do: 'sweep' });

const payment = fc.oneof(fc.tuple(top_up), fc.tuple(top_up, refund));
const call = fc.oneof(
  fc.tuple(hold, capture),
  fc.tuple(hold, release),
  fc.tuple(hold, extend, capture),
  fc.tuple(hold, capture, reverse),
);
const lostCall = fc.oneof(fc.tuple(hold), fc.tuple(hold, extend));

const tale = fc.oneof(
  { weight: 5, arbitrary: call.map((operations) => ({ kind: 'call', operations })) },
  { weight: 3, arbitrary: payment.map((operations) => ({ kind: 'pay', operations })) },
  { weight: 2, arbitrary: lostCall.map((operations) => ({ kind: 'lost', operations })) },
  { weight: 1, arbitrary: fc.tuple(sweep).map((operations) => ({ kind: 'sweep', operations })) },
);
const someProcess = fc.integer({ min: 0, max: processCount - 1 });
const processes = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(someProcess) },
  { weight: 1, arbitrary: fc.tuple(someProcess, someProcess) },
);

const planOf = ({ stories: storyCount, kills: killCount }: PlanSize) =>
  fc.record({
    wallets: fc.array(fc.integer({ min: 0, max: 2_000 }), {
      minLength: walletCount,
      maxLength: walletCount,
    }),
    stories: fc.array(
      fc.record({
        tale,
        wallet: fc.integer({ min: 0, max: walletCount - 1 }),
        processes: fc.array(processes, { minLength: 3, maxLength: 3 }),
      }),
      { minLength: storyCount, maxLength: storyCount },
    ),
    kills: fc.array(
      fc.record({
        process: someProcess,
        afterAnswers: fc.integer({ min: 5, max: Math.floor(storyCount * 1.5) }),
        delayMs: fc.integer({ min: 0, max: 20 }),
      }),
      { minLength: killCount, maxLength: killCount },
    ),
  });

export const defaultSize: PlanSize = { stories: 240, kills: 6 };

/** The plan of a seed and a size: always the same one. */
export function crashPlan(seed: number, size: PlanSize = defaultSize): CrashPlan {
  const [drawn] = fc.sample(planOf(size), { seed, numRuns: 1 });
  if (!drawn) throw new Error('a plan is drawn');
  return {
    seed,
    size,
    wallets: drawn.wallets,
    kills: drawn.kills.toSorted((a, b) => a.afterAnswers - b.afterAnswers),
    stories: drawn.stories.map(({ tale: { kind, operations }, wallet, processes }, at) => ({
      source: `${seed}-${at}-${kind}`,
      wallet,
      steps: operations.map((operation, step) => ({
        operation,
        processes: [...new Set<number>(processes[step] ?? [0])],
      })),
    })),
  };
}

export const isLost = (source: string) => source.endsWith('-lost');

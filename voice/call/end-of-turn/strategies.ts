import type { Patience } from '../../turn-taking/patience.ts';

/** What has just happened that may mean the caller has finished. */
export type Moment =
  /** The recogniser takes the turn for over, and may take that back. */
  | 'eager'
  /** The recogniser has settled words; the turn may go on. */
  | 'settled'
  /** Our own ear hears a pause. */
  | 'paused'
  /** The recogniser says that the turn is over. */
  | 'ended'
  /** Our own ear has heard nothing for so long that the recogniser must have missed the end. */
  | 'quiet';

export interface Scene {
  readonly moment: Moment;
  /** Our own ear hears a voice right now. */
  readonly voiced: boolean;
  /** What the words ask for. */
  readonly patience: Patience;
}

export type Verdict =
  | { readonly type: 'listen' }
  /** Worth preparing an answer that nobody hears yet. */
  | { readonly type: 'likely' }
  /** Over, unless more words come within this time. */
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'over' };

/** When a caller's turn is over. Pure. */
export interface EndOfTurn {
  /**
   * How long our own ear hears nothing before it overrules a recogniser that does not end the turn:
   * after words that are settled, and after words that may be none.
   */
  readonly quietMs: { readonly settled: number; readonly unsettled: number };
  /** Whether the recogniser is asked to settle its words in each pause: it says them sooner then. */
  readonly settlesInPauses: boolean;
  judge(scene: Scene): Verdict;
}

const LISTEN: Verdict = { type: 'listen' };
const LIKELY: Verdict = { type: 'likely' };

const overWhenPatient = ({ patience }: Scene): Verdict =>
  patience.extraMs > 0 ? { type: 'wait', ms: patience.extraMs } : { type: 'over' };

const likelyWhenComplete = ({ patience }: Scene): Verdict =>
  patience.reason === 'complete' ? LIKELY : LISTEN;

/** The recogniser's own model decides (Flux): it knows intonation. Silence decides only where it fails. */
const byModel: EndOfTurn = {
  quietMs: { settled: 1_900, unsettled: 1_900 },
  settlesInPauses: false,
  judge(scene) {
    switch (scene.moment) {
      case 'eager':
        return likelyWhenComplete(scene);
      case 'ended':
      case 'quiet':
        return overWhenPatient(scene);
      default:
        return LISTEN;
    }
  },
};

/** The recogniser reports silence (Nova): our own ear hears the pause earlier and lets us begin to think. */
const byEndpointing: EndOfTurn = {
  quietMs: { settled: 300, unsettled: 1_200 },
  settlesInPauses: true,
  judge(scene) {
    switch (scene.moment) {
      case 'eager':
      case 'paused':
      case 'settled':
        return scene.voiced ? LISTEN : likelyWhenComplete(scene);
      default:
        return overWhenPatient(scene);
    }
  },
};

/** By what the recogniser can do (`SttCapabilities.endOfTurn`), or by configuration. */
export const endOfTurnStrategies = { model: byModel, endpointing: byEndpointing } as const;
export type EndOfTurnStrategy = keyof typeof endOfTurnStrategies;

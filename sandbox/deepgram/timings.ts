/** How quick the stand-in is: about as quick as the vendor on a good day. Audio times are in audio, not on the wall. */
export interface DeepgramTimings {
  /** From the audio that settles a result to its message. */
  readonly resultMs: number;
  /** Audio between two interim results. */
  readonly interimEveryMs: number;
  /** Audio after which a stretch is settled although the speaker goes on. */
  readonly settleAfterMs: number;
  /** From a flush to the first audio. */
  readonly firstAudioMs: number;
  /** Between two pieces of audio; each piece holds much more than that. */
  readonly nextAudioMs: number;
  /** Without audio or KeepAlive for so long, the socket is closed. */
  readonly idleMs: number;
}

export const defaultTimings: DeepgramTimings = {
  resultMs: 60,
  interimEveryMs: 300,
  settleAfterMs: 5_000,
  firstAudioMs: 60,
  nextAudioMs: 4,
  idleMs: 10_000,
};

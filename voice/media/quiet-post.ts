/** So many frames of silence travel together: 160 ms. */
const FRAMES_TOGETHER = 8;
/** After a voice every frame goes at once: the recogniser is listening for the end. */
const AFTER_VOICE_FRAMES = 50;
/** Above this a frame may be the beginning of a word, whatever the voice detector says. */
const QUIET_DBFS_MAX = -50;

/** How frames go to the recogniser. */
export interface QuietPost {
  push(frame: Uint8Array, heard: { readonly voiced: boolean; readonly levelDbfs: number }): void;
  /** The recogniser has found the end: of the silence that goes on, it needs nothing at once. */
  settled(): void;
}

/**
 * Sends frames on at once, except in long silence, where eight go in one packet: half of a call is the
 * agent's, and each packet costs more than all the work on its frame. The first sound sends what waits
 * along with itself, so nothing of a word is ever held back.
 */
export function createQuietPost(send: (audio: Uint8Array) => void): QuietPost {
  let waiting: Uint8Array[] = [];
  let quietFrames = 0;

  return {
    push(frame, { voiced, levelDbfs }) {
      quietFrames = voiced || levelDbfs > QUIET_DBFS_MAX ? 0 : quietFrames + 1;
      const silence = quietFrames > AFTER_VOICE_FRAMES;
      if (!silence && waiting.length === 0) return send(frame);
      waiting.push(frame);
      if (silence && waiting.length < FRAMES_TOGETHER) return;
      const together = Buffer.concat(waiting);
      waiting = [];
      send(together);
    },
    settled() {
      quietFrames = Math.max(quietFrames, AFTER_VOICE_FRAMES);
    },
  };
}

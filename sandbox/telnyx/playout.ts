/**
 * What waits to be played on the line: audio and marks in the order they came. Time is not in here;
 * the line takes one frame's worth every 20 ms. A mark is given back when the audio before it has
 * been played, so on the `take` after the one that handed out its last byte.
 */
export interface Playout {
  /** False when the queue is full and the audio was dropped. */
  push(audio: Uint8Array): boolean;
  /** True when nothing plays or waits: the mark is due at once and not queued. */
  mark(name: string): boolean;
  /** The next `bytes` of audio, padded with silence (null when nothing waits), and the marks that fell due. */
  take(bytes: number): { readonly audio: Uint8Array | null; readonly marks: readonly string[] };
  /** Drops everything; returns the marks that were waiting, in order. */
  clear(): string[];
  readonly queuedBytes: number;
}

type Item =
  | { readonly type: 'audio'; readonly bytes: Uint8Array }
  | { readonly type: 'mark'; readonly name: string };

/** @param silence the codec's byte for silence; @param bytesMax audio that may wait. */
export function createPlayout(silence: number, bytesMax: number): Playout {
  let items: Item[] = [];
  let queuedBytes = 0;
  let playing = false;

  return {
    get queuedBytes() {
      return queuedBytes;
    },
    push(bytes) {
      if (queuedBytes + bytes.length > bytesMax) return false;
      items.push({ type: 'audio', bytes });
      queuedBytes += bytes.length;
      return true;
    },
    mark(name) {
      if (!playing && items.length === 0) return true;
      items.push({ type: 'mark', name });
      return false;
    },
    take(bytes) {
      const marks: string[] = [];
      const late: Item[] = [];
      const frame = new Uint8Array(bytes).fill(silence);
      let filled = 0;
      let head = 0;
      for (; head < items.length && filled < bytes; head++) {
        const item = items[head] as Item;
        if (item.type === 'mark') {
          // Before any audio of this frame: due. In the middle of it: due once the frame is played.
          if (filled === 0) marks.push(item.name);
          else late.push(item);
          continue;
        }
        const part = item.bytes.subarray(0, bytes - filled);
        frame.set(part, filled);
        filled += part.length;
        if (part.length < item.bytes.length) {
          late.push({ type: 'audio', bytes: item.bytes.subarray(part.length) });
        }
      }
      items = [...late, ...items.slice(head)];
      queuedBytes -= filled;
      playing = filled > 0;
      return { audio: playing ? frame : null, marks };
    },
    clear() {
      const marks = items.flatMap((item) => (item.type === 'mark' ? [item.name] : []));
      items = [];
      queuedBytes = 0;
      playing = false;
      return marks;
    },
  };
}

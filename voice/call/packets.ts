/** Frames on their way to the carrier. */
export interface Packets {
  push(frame: Uint8Array): void;
  /** What has been gathered leaves now: something is to follow it. */
  flush(): void;
  /** It does not leave at all. */
  drop(): void;
}

/**
 * Frames that leave in one turn of the event loop travel as one message: carriers take as much as 30 s
 * in one, and each message costs as much as all the work on its audio.
 */
export function createPackets(send: (audio: Uint8Array) => void): Packets {
  let frames: Uint8Array[] = [];

  function flush(): void {
    const [first] = frames;
    if (!first) return;
    const audio = frames.length === 1 ? first : Buffer.concat(frames);
    frames = [];
    send(audio);
  }

  return {
    push(frame) {
      frames.push(frame);
      if (frames.length === 1) process.nextTick(flush);
    },
    flush,
    drop() {
      frames = [];
    },
  };
}

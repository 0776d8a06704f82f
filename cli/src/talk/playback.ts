import { bytesPerMs } from './wire.ts';

/** Pushes the end of what was said out of the player's own buffer, and keeps a device fed meanwhile. */
const tailMs = 120;

export interface Speaker {
  write(pcm: Uint8Array): void;
  /** Falls silent now: what was written and not heard is gone. */
  flush(): void;
}

/** What the agent says, on a speaker, and which of its marks have been heard. */
export interface Playback {
  push(pcm: Uint8Array): void;
  mark(name: string): void;
  /** Silence at once; the marks of what was not heard are answered all the same. */
  clear(): void;
  /** Silence at once, and no mark is answered any more. */
  forget(): void;
}

export interface PlaybackDeps {
  readonly speaker: Speaker;
  readonly now: () => number;
  readonly onPlayed: (name: string) => void;
}

export function createPlayback({ speaker, now, onPlayed }: PlaybackDeps): Playback {
  /** When everything written so far has been heard. */
  let heardAtMs = 0;
  let pending: { readonly name: string; readonly timer: NodeJS.Timeout }[] = [];

  function silence(): readonly string[] {
    const names = pending.map(({ name, timer }) => {
      clearTimeout(timer);
      return name;
    });
    pending = [];
    if (heardAtMs > now()) speaker.flush();
    heardAtMs = 0;
    return names;
  }

  function played(name: string): void {
    pending = pending.filter((one) => one.name !== name);
    onPlayed(name);
  }

  return {
    push(pcm) {
      heardAtMs = Math.max(heardAtMs, now()) + pcm.length / bytesPerMs;
      speaker.write(pcm);
    },
    mark(name) {
      speaker.write(new Uint8Array(tailMs * bytesPerMs));
      const leftMs = heardAtMs - now();
      if (leftMs <= 0) return onPlayed(name);
      pending.push({ name, timer: setTimeout(() => played(name), leftMs) });
    },
    clear() {
      for (const name of silence()) onPlayed(name);
    },
    forget: () => void silence(),
  };
}

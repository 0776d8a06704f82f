import type { Io } from '../lib/io.ts';
import { openMicrophone, openSpeaker } from './audio.ts';
import type { Party } from './party.ts';
import { createPlayback, type Playback } from './playback.ts';
import type { AudioPrograms } from './programs.ts';

export interface SpokenParty extends Party {
  /** The microphone gives sound. Rejects where there is none: no call is worth opening then. */
  readonly ready: Promise<void>;
}

/** Somebody who talks through the machine's microphone and speaker. */
export function spokenParty(
  { microphone: ear, speaker: mouth }: AudioPrograms,
  { env, now }: Pick<Io, 'env' | 'now'>,
): SpokenParty {
  const { promise: failed, reject: onFailed } = Promise.withResolvers<never>();
  // It may fail while nobody looks: before the call, and after it.
  failed.catch(() => undefined);
  const microphone = openMicrophone({ program: ear, env, onFailed });
  microphone.opened.catch(() => undefined);
  const speaker = openSpeaker({ program: mouth, env, onFailed });
  let playback: Playback | null = null;
  return {
    ready: Promise.race([microphone.opened, failed]),
    takePart(line) {
      playback = createPlayback({
        speaker,
        now,
        onPlayed: (name) => line.send({ type: 'played', name }),
      });
      microphone.listen((pcm) => line.sendAudio(pcm));
      return failed;
    },
    onMessage(message) {
      if (message.type === 'audio') playback?.push(message.pcm);
      else if (message.type === 'mark') playback?.mark(message.name);
      else playback?.clear();
    },
    onEvent: () => undefined,
    onLineLost: () => playback?.forget(),
    async leave() {
      microphone.close();
      await speaker.close();
    },
  };
}

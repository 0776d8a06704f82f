import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CliError } from '../lib/errors.ts';
import type { Io } from '../lib/io.ts';
import type { Localized } from '../lib/language.ts';
import { sampleRateHz } from './wire.ts';

/** A program of the system that records or plays the line's PCM, on its stdout or stdin. */
export interface AudioProgram {
  readonly path: string;
  readonly args: readonly string[];
}

export interface AudioPrograms {
  readonly microphone: AudioProgram;
  readonly speaker: AudioProgram;
}

/** SoX reads and writes in buffers: what does not fill one waits, and is late. */
const sox =
  `-q --buffer 1024 -t raw -r ${sampleRateHz} -e signed-integer -b 16 -c 1 --endian little -`.split(
    ' ',
  );
const ffmpeg = '-hide_banner -loglevel error -fflags nobuffer';

interface Recipe {
  readonly name: string;
  readonly args: readonly string[];
}

function microphones(platform: NodeJS.Platform): readonly Recipe[] {
  const device = platform === 'darwin' ? '-f avfoundation -i :default' : '-f pulse -i default';
  const output = `-ac 1 -ar ${sampleRateHz} -f s16le -flush_packets 1 pipe:1`;
  return [
    { name: 'rec', args: sox },
    { name: 'ffmpeg', args: `-nostdin ${ffmpeg} ${device} ${output}`.split(' ') },
  ];
}

/** `-sample_rate` is the raw format's own option: every version knows it, and takes one channel for granted. */
const ffplay =
  `-nodisp -nostats ${ffmpeg} -probesize 32 -analyzeduration 0` +
  ` -f s16le -sample_rate ${sampleRateHz} -i pipe:0`;
const speakers: readonly Recipe[] = [
  { name: 'play', args: sox },
  { name: 'ffplay', args: ffplay.split(' ') },
];

/** The first program there is for each side. Throws, saying what to install, where one is missing. */
export function findAudioPrograms(
  env: Io['env'],
  platform: NodeJS.Platform,
  isExecutable: (path: string) => boolean = canRun,
): AudioPrograms {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const find = (recipes: readonly Recipe[]): AudioProgram | undefined => {
    for (const { name, args } of recipes) {
      const path = folders.map((folder) => join(folder, name)).find(isExecutable);
      if (path !== undefined) return { path, args };
    }
    return undefined;
  };
  const microphone = find(microphones(platform));
  const speaker = find(speakers);
  if (microphone && speaker) return { microphone, speaker };
  throw missing(platform);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(platform: NodeJS.Platform): CliError {
  const install = platform === 'darwin' ? 'brew install sox' : 'sudo apt install sox';
  const text: Localized = {
    es: 'Para hablar hace falta SoX (rec y play) o FFmpeg (ffmpeg y ffplay), y no están.',
    en: 'To talk takes SoX (rec and play) or FFmpeg (ffmpeg and ffplay), and they are not there.',
  };
  return new CliError('no_audio_programs', text, {
    hint: {
      es: `Instale SoX: ${install}. O escriba en vez de hablar: alo talk --text`,
      en: `Install SoX: ${install}. Or write instead of talking: alo talk --text`,
    },
  });
}

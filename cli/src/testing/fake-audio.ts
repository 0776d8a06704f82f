import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeAudio {
  /** A folder for PATH with a `rec` and a `play` in it. */
  readonly path: string;
  /** What each `play` was given, in the order in which they were started. */
  played(): Promise<Buffer[]>;
}

/**
 * A microphone that hears `pcm` (16 kHz, 16 bit, mono) once `startFile` exists, in real time, and
 * silence before and after; and a speaker that writes what it plays to a file.
 */
export async function fakeAudio(
  folder: string,
  { pcm = Buffer.alloc(0), startFile = '' }: { pcm?: Buffer; startFile?: string } = {},
): Promise<FakeAudio> {
  const path = join(folder, 'bin');
  await mkdir(path, { recursive: true });
  await writeFile(join(folder, 'heard.pcm'), pcm);
  await program(
    path,
    'rec',
    `const { existsSync, readFileSync } = require('node:fs');
     const pcm = readFileSync(${JSON.stringify(join(folder, 'heard.pcm'))});
     const startFile = ${JSON.stringify(startFile)};
     let at = startFile === '' ? 0 : -1;
     const beganMs = performance.now();
     let sent = 0;
     setInterval(() => {
       if (at < 0 && existsSync(startFile)) at = 0;
       for (; sent < (performance.now() - beganMs) * 32; sent += 640) {
         const frame = Buffer.alloc(640);
         if (at >= 0 && at < pcm.length) { pcm.copy(frame, 0, at, at + 640); at += 640; }
         process.stdout.write(frame);
       }
     }, 20);
     process.stdout.on('error', () => process.exit());`,
  );
  await program(
    path,
    'play',
    `const { appendFileSync, writeFileSync } = require('node:fs');
     const file = ${JSON.stringify(folder)} + '/played-' + String(Date.now()).padStart(15, '0') + '-' + process.pid + '.pcm';
     writeFileSync(file, '');
     process.stdin.on('data', (chunk) => appendFileSync(file, chunk));`,
  );
  return {
    path,
    async played() {
      const files = (await readdir(folder)).filter((name) => name.startsWith('played-'));
      return Promise.all(files.toSorted().map((name) => readFile(join(folder, name))));
    },
  };
}

/** An executable of this name that runs these lines of JavaScript. */
export async function program(folder: string, name: string, code: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, `#!${process.execPath}\n${code}\n`);
  await chmod(file, 0o755);
}

import { describe, expect, it } from 'vitest';
import { CliError } from '../lib/errors.ts';
import { findAudioPrograms } from './programs.ts';

const env = { PATH: '/opt/bin:/usr/bin' };
const having =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path);

describe('microphone and speaker', () => {
  it('are those of SoX where it is', () => {
    const isThere = having('/usr/bin/rec', '/usr/bin/play', '/usr/bin/ffmpeg', '/usr/bin/ffplay');
    const found = findAudioPrograms(env, 'linux', isThere);
    expect([found.microphone.path, found.speaker.path]).toEqual(['/usr/bin/rec', '/usr/bin/play']);
    expect(found.microphone.args.join(' ')).toContain('-r 16000 -e signed-integer -b 16 -c 1');
  });

  it("are FFmpeg's where SoX is not, with the system's own way in", () => {
    const isThere = having('/opt/bin/ffmpeg', '/opt/bin/ffplay');
    const device = (platform: NodeJS.Platform) =>
      findAudioPrograms(env, platform, isThere).microphone.args.join(' ');
    expect(device('linux')).toContain('-f pulse -i default');
    expect(device('darwin')).toContain('-f avfoundation -i :default');
  });

  it('may be of two kinds', () => {
    const found = findAudioPrograms(env, 'linux', having('/usr/bin/rec', '/opt/bin/ffplay'));
    expect([found.microphone.path, found.speaker.path]).toEqual([
      '/usr/bin/rec',
      '/opt/bin/ffplay',
    ]);
  });

  it.each([
    ['nothing is there', having()],
    ['there is no speaker', having('/usr/bin/rec', '/usr/bin/ffmpeg')],
  ])('say what to install where %s', (_what, isThere) => {
    expect(() => findAudioPrograms(env, 'linux', isThere)).toThrow(CliError);
    try {
      findAudioPrograms({}, 'darwin', isThere);
    } catch (error) {
      expect((error as CliError).hint?.es).toMatch(/brew install sox.*alo talk --text/);
    }
  });
});

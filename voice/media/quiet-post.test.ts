import { describe, expect, it } from 'vitest';
import { createQuietPost } from './quiet-post.ts';

const silence = { voiced: false, levelDbfs: -70 };
const voice = { voiced: true, levelDbfs: -20 };
const faint = { voiced: false, levelDbfs: -45 };

function setUp() {
  const sent: number[][] = [];
  const post = createQuietPost((audio) => void sent.push([...audio]));
  let frame = 0;
  const push = (heard: typeof silence, times = 1) => {
    for (let i = 0; i < times; i++) post.push(Uint8Array.of(frame++ % 256), heard);
  };
  return { sent, push, post };
}

describe('frames on their way to the recogniser', () => {
  it('go at once while there is voice, and for a second after it', () => {
    const { sent, push } = setUp();
    push(voice, 10);
    push(silence, 50);
    expect(sent).toHaveLength(60);
  });

  it('go eight at a time in long silence', () => {
    const { sent, push } = setUp();
    push(silence, 50);
    sent.length = 0;
    push(silence, 17);
    expect(sent.map((audio) => audio.length)).toEqual([8, 8]);
  });

  it('go eight at a time as soon as the recogniser has found the end, until there is voice again', () => {
    const { sent, push, post } = setUp();
    push(voice, 3);
    push(silence, 5);
    post.settled();
    sent.length = 0;
    push(silence, 16);
    expect(sent.map((audio) => audio.length)).toEqual([8, 8]);
    push(voice);
    push(silence, 3);
    expect(sent.slice(2).map((audio) => audio.length)).toEqual([1, 1, 1, 1]);
  });

  it.each([
    ['voice', voice],
    ['a sound too faint to be called voice', faint],
  ])('wait no longer with the first %s, and none is lost or out of order', (_, sound) => {
    const { sent, push } = setUp();
    push(silence, 52);
    push(sound);
    expect(sent.at(-1)).toEqual([50, 51, 52]);
    push(sound);
    expect(sent.flat()).toEqual(Array.from({ length: 54 }, (_, i) => i));
  });
});

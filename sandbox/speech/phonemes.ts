/** From Spanish spelling to sounds. Latin American: c, z and s are one sound, ll and y another. */

/** The sounds the voice can make; `B D G` are the soft b, d, g between vowels. */
export type Phone =
  | 'a'
  | 'e'
  | 'i'
  | 'o'
  | 'u'
  | 'j'
  | 'w'
  | 'p'
  | 't'
  | 'k'
  | 'b'
  | 'd'
  | 'g'
  | 'B'
  | 'D'
  | 'G'
  | 'f'
  | 's'
  | 'x'
  | 'tʃ'
  | 'ʝ'
  | 'm'
  | 'n'
  | 'ɲ'
  | 'l'
  | 'ɾ'
  | 'r';

export interface Sound {
  readonly phone: Phone;
  readonly stressed: boolean;
}

interface Draft {
  phone: Phone;
  /** A written accent falls here. */
  accented: boolean;
}

const vowels: Readonly<Record<string, Phone>> = { a: 'a', e: 'e', i: 'i', o: 'o', u: 'u' };
const accents: Readonly<Record<string, string>> = { á: 'a', é: 'e', í: 'i', ó: 'o', ú: 'u' };
const isVowel = (phone: Phone | undefined) => phone !== undefined && phone in vowels;

/** Letters whose sound doesn't depend on the neighbours. */
const plain: Readonly<Record<string, readonly Phone[]>> = {
  b: ['b'],
  v: ['b'],
  d: ['d'],
  f: ['f'],
  j: ['x'],
  k: ['k'],
  l: ['l'],
  m: ['m'],
  n: ['n'],
  ñ: ['ɲ'],
  p: ['p'],
  s: ['s'],
  t: ['t'],
  w: ['w'],
  z: ['s'],
  ç: ['s'],
  h: [],
};

const clusters: readonly (readonly [RegExp, readonly Phone[]])[] = [
  [/^ch/u, ['tʃ']],
  [/^ll/u, ['ʝ']],
  [/^sh/u, ['s']],
  [/^ph/u, ['f']],
  [/^rr/u, ['r']],
  [/^cc(?=[eiéí])/u, ['k', 's']],
  [/^c(?=[eiéí])/u, ['s']],
  [/^c/u, ['k']],
  [/^qu(?=[eiéí])/u, ['k']],
  [/^q/u, ['k']],
  [/^gü/u, ['g', 'w']],
  [/^gu(?=[eiéí])/u, ['g']],
  [/^g(?=[eiéí])/u, ['x']],
  [/^g/u, ['g']],
  [/^y$/u, ['i']],
  [/^y/u, ['ʝ']],
];

function draftOf(spelled: string): Draft[] {
  const drafts: Draft[] = [];
  const add = (phone: Phone, accented = false) => drafts.push({ phone, accented });
  for (let at = 0; at < spelled.length;) {
    const letter = spelled[at] as string;
    const cluster = clusters.find(([pattern]) => pattern.test(spelled.slice(at)));
    if (cluster) {
      for (const phone of cluster[1]) add(phone);
      at += /^(?:ch|ll|sh|ph|rr|cc|qu(?=[eiéí])|gü|gu(?=[eiéí]))/u.test(spelled.slice(at)) ? 2 : 1;
      continue;
    }
    at += 1;
    const base = accents[letter] ?? (letter === 'ü' ? 'u' : letter);
    const vowel = vowels[base];
    if (vowel) add(vowel, letter in accents);
    else if (letter === 'r') add(trills(drafts.at(-1)?.phone) ? 'r' : 'ɾ');
    else if (letter === 'x')
      for (const phone of drafts.length ? (['k', 's'] as const) : (['s'] as const)) add(phone);
    else for (const phone of plain[letter] ?? []) if (drafts.at(-1)?.phone !== phone) add(phone);
  }
  return drafts;
}

const trills = (before: Phone | undefined) =>
  before === undefined || before === 'n' || before === 'l' || before === 's';

/** An unaccented i or u beside another vowel is no syllable of its own. */
function markGlides(drafts: Draft[]): void {
  drafts.forEach((draft, i) => {
    if (draft.accented || (draft.phone !== 'i' && draft.phone !== 'u')) return;
    if (!isVowel(drafts[i + 1]?.phone) && !isVowel(drafts[i - 1]?.phone)) return;
    draft.phone = draft.phone === 'i' ? 'j' : 'w';
  });
}

/** Where the stress falls: on the written accent, else by the rule of the last letter. */
function stressOf(drafts: readonly Draft[], spelled: string): number {
  const accented = drafts.findIndex((draft) => draft.accented);
  if (accented >= 0) return accented;
  const nuclei = drafts.flatMap((draft, i) => (isVowel(draft.phone) ? [i] : []));
  const penultimate = /[aeiouns]$/u.test(spelled) && nuclei.length > 1;
  return nuclei.at(penultimate ? -2 : -1) ?? -1;
}

const softened: Readonly<Partial<Record<Phone, Phone>>> = { b: 'B', d: 'D', g: 'G' };

/** b, d, g are stops at the start and after m, n (and l, for d); soft elsewhere. */
function soften(drafts: Draft[]): void {
  drafts.forEach((draft, i) => {
    const soft = softened[draft.phone];
    const before = drafts[i - 1]?.phone;
    if (!soft || before === undefined || before === 'm' || before === 'n') return;
    if (draft.phone === 'd' && before === 'l') return;
    draft.phone = soft;
  });
}

/** Words that lean on their neighbours and carry no stress. */
const unstressed = new Set(
  'a al con de del el en la las le les lo los me mi mis nos o para por que se si sin su sus te tu tus un una y'.split(
    ' ',
  ),
);

/** The sounds of one lower-case word. Letters that Spanish lacks lose their marks (à, ö) or stay silent. */
export function soundsOf(word: string): Sound[] {
  const spelled = word
    .replaceAll(/[^a-zçñáéíóúü]/gu, (letter) => letter.normalize('NFD').replaceAll(/\p{M}/gu, ''))
    .replace(/^m[eé]xic/u, 'méjic');
  const drafts = draftOf(spelled);
  markGlides(drafts);
  soften(drafts);
  const stress = unstressed.has(word) ? -1 : stressOf(drafts, spelled);
  return drafts.map(({ phone }, i) => ({ phone, stressed: i === stress }));
}

// `npm run turns`: how often the turn packs are right about the labelled cases, by kind, and each miss.
// `--tuning` leaves out the misses among the held-out cases, which rules must not be written against.
import { languages, type Language } from '@alo/core/kernel';
import { loadCases } from './case-files.ts';
import { score, total, type Miss, type Tally, type TurnCase } from './score.ts';

/** Below this share of right answers, tuned or held out, the command fails. */
const SHARE_MIN = 0.95;
const names: Record<Language, string> = { es: 'Español', en: 'English' };
const tuning = process.argv.includes('--tuning');

function report(language: Language, cases: readonly TurnCase[]): boolean {
  const { kinds, misses } = score(cases);
  const all = {
    kind: 'all',
    tuned: total(kinds.map((kind) => kind.tuned)),
    heldOut: total(kinds.map((kind) => kind.heldOut)),
  };
  print(`${names[language]} · ${cases.length} cases`);
  print(`  ${'kind'.padEnd(14)}${'tuned'.padStart(17)}${'held out'.padStart(17)}`);
  for (const kind of [...kinds, all]) {
    print(`  ${kind.kind.padEnd(14)}${cell(kind.tuned)}${cell(kind.heldOut)}`);
  }
  const shown = misses.filter((miss) => !tuning || !miss.heldOut);
  if (shown.length > 0) print('\n  misses (·: held out, no rule was written against it)');
  for (const miss of shown) print(`  ${describe(miss)}`);
  print('');
  return share(all.tuned) >= SHARE_MIN && share(all.heldOut) >= SHARE_MIN;
}

function cell(tally: Tally): string {
  if (tally.of === 0) return '–'.padStart(17);
  const percent = `${(share(tally) * 100).toFixed(1)} %`;
  return `${tally.right}/${tally.of}`.padStart(9) + percent.padStart(8);
}

function share(tally: Tally): number {
  return tally.of === 0 ? 1 : tally.right / tally.of;
}

function describe(miss: Miss): string {
  const mark = miss.heldOut ? '·' : ' ';
  const asked = miss.asked === undefined ? '' : `  after «${miss.asked}»`;
  return `${mark} ${miss.kind}: «${miss.text}» is ${miss.right}, taken for ${miss.got}${asked}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const cases = loadCases();
const passed = languages.map((language) =>
  report(
    language,
    cases.filter((item) => item.language === language),
  ),
);
if (!passed.every(Boolean)) {
  process.stderr.write(`under ${SHARE_MIN * 100} %\n`);
  process.exitCode = 1;
}

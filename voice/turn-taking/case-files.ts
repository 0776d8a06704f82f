import { readdirSync, readFileSync } from 'node:fs';
import { languages } from '@alo/core/kernel';
import { parse } from 'yaml';
import { readCases, type TurnCase } from './score.ts';

const folder = new URL('cases/', import.meta.url);

/** All labelled cases: files named after their language, `es-overlap.yaml`. */
export function loadCases(): TurnCase[] {
  return readdirSync(folder).flatMap((name) => {
    const language = languages.find((known) => name.startsWith(known));
    if (!language) throw new Error(`cases/${name}: no language begins like that`);
    return readCases(language, parse(readFileSync(new URL(name, folder), 'utf8')));
  });
}

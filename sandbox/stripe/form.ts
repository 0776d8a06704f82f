/** Stripe's request bodies and queries: `line_items[0][price]=price_1` → `{ line_items: [{ price }] }`. */

export type FormValue = string | FormObject | FormValue[];
export interface FormObject {
  [key: string]: FormValue;
}

const FIELDS_MAX = 1_000;
const DEPTH_MAX = 8;

/** Parses form-encoded text with brackets. Throws a RangeError for what is absurdly large or deep. */
export function parseForm(text: string): FormObject {
  const root: FormObject = Object.create(null) as FormObject;
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > FIELDS_MAX) throw new RangeError('too many fields');
    const path = [...name.matchAll(/[^[\]]+|\[\]/g)].map(([part]) => part);
    if (path.length > DEPTH_MAX) throw new RangeError('too deep');
    place(root, path, value);
  }
  return arrange(root);
}

function place(root: FormObject, path: string[], value: string): void {
  let at = root;
  path.forEach((part, index) => {
    const key = part === '[]' ? String(Object.keys(at).length) : part;
    if (index === path.length - 1) {
      at[key] = value;
      return;
    }
    const next = at[key];
    at = (typeof next === 'object' ? next : (at[key] = Object.create(null))) as FormObject;
  });
}

/** Objects whose keys are 0, 1, 2… become arrays. */
function arrange(object: FormObject): FormObject {
  for (const [key, value] of Object.entries(object)) {
    if (typeof value !== 'object' || Array.isArray(value)) continue;
    const inner = arrange(value);
    const isList = Object.keys(inner).every((name, index) => name === String(index));
    object[key] = isList && Object.keys(inner).length > 0 ? Object.values(inner) : inner;
  }
  return object;
}

/** The text at a path; undefined for a missing field and for one that is not text. */
export function textOf(
  form: FormValue | undefined,
  ...path: (string | number)[]
): string | undefined {
  let at = form;
  for (const key of path) {
    if (typeof at !== 'object') return undefined;
    at = (at as FormObject)[String(key)];
  }
  return typeof at === 'string' && at !== '' ? at : undefined;
}

/** The text fields of an object (metadata). */
export function textsOf(form: FormValue | undefined): Record<string, string> {
  if (typeof form !== 'object' || Array.isArray(form)) return {};
  return Object.fromEntries(
    Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

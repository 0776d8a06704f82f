const known: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50 };

/** "XXIII" → 23; null if it is not written as Romans did, or above 89. */
export function roman(written: string): number | null {
  if (written === '' || !/^(?:L?X{0,3}|XL)(?:IX|IV|V?I{0,3})$/.test(written)) return null;
  let value = 0;
  for (let i = 0; i < written.length; i++) {
    const here = known[written[i] ?? ''] ?? 0;
    value += here < (known[written[i + 1] ?? ''] ?? 0) ? -here : here;
  }
  return value;
}

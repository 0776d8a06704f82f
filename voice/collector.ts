import { setFlagsFromString } from 'node:v8';

/** How much of what is alive may pile up as garbage before everything is collected, in per cent. */
const GROWTH_PERCENT = 200;

/**
 * Makes collections of the whole heap rare in this process. Each stops every call for about a frame
 * of audio, and left to itself V8 does one a second at a hundred calls, to save memory that nobody
 * else wants. Short-lived garbage is collected as before, in a millisecond or two.
 * Source: V8's flag `heap_growing_percent`; it may be set while the process runs.
 */
export function spareTheCalls(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

import { setFlagsFromString } from 'node:v8';

/**
 * V8 is tuned for programs that run in bursts; a process with calls has fifty deadlines a second for
 * each of them. These flags may be set while it runs, and concern what is compiled and collected from
 * then on.
 */
const flags: readonly string[] = [
  // A collection of the whole heap stops every call for about a frame of audio. By itself V8 does one
  // a second at a hundred calls, to save memory that nobody else wants: let twice what is alive pile up.
  '--heap-growing-percent=200',
  // A turn runs each of its functions a few times. With the usual thresholds it takes thousands of
  // turns until they are compiled, and the first callers of a process wait twice as long.
  '--always-sparkplug',
  '--invocation-count-for-maglev=40',
  '--invocation-count-for-turbofan=300',
];

/** Makes this process one that serves calls; to be called before it does. */
export function tuneForCalls(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

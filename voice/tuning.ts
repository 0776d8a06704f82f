import { setFlagsFromString } from 'node:v8';

/**
 * V8 is tuned for programs that run in bursts; a process with calls has fifty deadlines a second for
 * each of them. These flags may be set while it runs, and concern what is compiled and collected from
 * then on.
 */
const flags: readonly string[] = [
  // A collection of the whole heap costs every call some milliseconds. By itself V8 does one a second at a
  // hundred calls, to save memory that nobody else wants: let as much as is alive pile up.
  '--heap-growing-percent=100',
  // While it looks for what is alive, one thread helps, and not one for each core: together they took the
  // cores from the calls, which stood still for three times as long.
  '--optimize-gc-for-battery',
  // Threads that help with a young collection have to be woken, and take the cores from the calls; alone
  // it is as short.
  '--no-parallel-scavenge',
  // A thread that is started from now on (the embedded database's) has room for what lives shortly: it
  // would collect it once a second.
  '--min-semi-space-size=16',
  // A turn runs each of its functions a few times. With the usual thresholds it takes thousands of
  // turns until they are compiled, and the first callers of a process wait twice as long. The last
  // compiler keeps its own: what it knows too little of, it has to take back in the middle of a call.
  '--always-sparkplug',
  '--invocation-count-for-maglev=40',
];

/** Makes this process one that serves calls; to be called before it does. */
export function tuneForCalls(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

import type { CallRuntime } from '@alo/core/calls';
import type { Metrics } from '@alo/core/metrics';

/** The same runtime, counting what passes through it. */
export function countCalls(runtime: CallRuntime, metrics: Metrics): CallRuntime {
  return {
    ...runtime,
    async claim(...given) {
      const call = await runtime.claim(...given);
      if (call) metrics.callBegan();
      return call;
    },
    async finish(...given) {
      metrics.callEnded();
      return runtime.finish(...given);
    },
    async keep(records) {
      metrics.kept(records);
      return runtime.keep(records);
    },
  };
}

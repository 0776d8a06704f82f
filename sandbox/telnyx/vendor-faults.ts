import { z } from 'zod';

const probability = z.number().min(0).max(1);

const telnyxFaultSettings = z.object({
  /** A webhook is delivered twice. */
  webhook_duplicate_probability: probability,
  /** A webhook is held back, so that later ones overtake it. */
  webhook_reorder_probability: probability,
  /** Beside a webhook comes another with a signature that is not ours. */
  webhook_forged_probability: probability,
  /** Beside a webhook comes another that was signed ten minutes ago. */
  webhook_stale_probability: probability,
  /** The call is made, and the command is answered with a 500. */
  dial_answer_lost_probability: probability,
  /** A media frame is overtaken by the next one. */
  media_reorder_probability: probability,
});
export type TelnyxFaultSettings = z.infer<typeof telnyxFaultSettings>;

/** What goes wrong with this vendor in particular, beside what goes wrong with all of them. */
export interface TelnyxFaults {
  readonly settings: Readonly<TelnyxFaultSettings>;
  /** Throws a ZodError for what is not a setting. */
  set(settings: unknown): void;
  happens(fault: keyof TelnyxFaultSettings): boolean;
}

export function createTelnyxFaults(random: () => number): TelnyxFaults {
  let settings: TelnyxFaultSettings = {
    webhook_duplicate_probability: 0,
    webhook_reorder_probability: 0,
    webhook_forged_probability: 0,
    webhook_stale_probability: 0,
    dial_answer_lost_probability: 0,
    media_reorder_probability: 0,
  };
  return {
    get settings() {
      return settings;
    },
    set(next) {
      settings = { ...settings, ...telnyxFaultSettings.partial().strict().parse(next) };
    },
    happens: (fault) => random() < settings[fault],
  };
}

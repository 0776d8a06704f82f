import { z } from 'zod';

const probability = z.number().min(0).max(1);

/** How fast the stand-in speaks, and how its streams go wrong (the kit's faults do the rest). */
const chatSettings = z.strictObject({
  first_token_ms: z.number().int().min(0).max(60_000),
  token_ms: z.number().int().min(0).max(10_000),
  /** The share of streams that fall silent in the middle and stay open. */
  stall_probability: probability,
  /** The share of streams that end with an error event in the middle. */
  stream_error_probability: probability,
});
export type ChatSettings = z.infer<typeof chatSettings>;
export const chatSettingsPatch = chatSettings.partial();

export interface ChatControl {
  readonly settings: Readonly<ChatSettings>;
  set(settings: Partial<ChatSettings>): void;
}

export function createChatControl(initial: Partial<ChatSettings> = {}): ChatControl {
  let settings: ChatSettings = {
    first_token_ms: 80,
    token_ms: 5,
    stall_probability: 0,
    stream_error_probability: 0,
    ...initial,
  };
  return {
    get settings() {
      return settings;
    },
    set(next) {
      settings = { ...settings, ...chatSettingsPatch.parse(next) };
    },
  };
}

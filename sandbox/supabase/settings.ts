/** What a project owner sets in Supabase's dashboard. */
export interface AuthSettings {
  readonly accessTokenLifetimeMs: number;
  readonly codeLifetimeMs: number;
  readonly codeDigits: number;
  /** Wrong tries after which a code is void. */
  readonly codeAttemptsMax: number;
  /** Between two mails of a kind to one address. */
  readonly mailIntervalMs: number;
  /** All addresses together. The vendor's own default is 30; test suites sign up more. */
  readonly mailsPerHour: number;
  /** Per client address, as the following ones. */
  readonly signUpsPerHour: number;
  readonly codesPerHour: number;
  readonly verificationsPerHour: number;
  readonly refreshesPerHour: number;
  /** How long an old refresh token is taken for a race between tabs, not for a theft. */
  readonly refreshReuseMs: number;
  readonly flowLifetimeMs: number;
  readonly passwordCharsMin: number;
  readonly signUpsAllowed: boolean;
  /** Confirms e-mails without a code. */
  readonly autoconfirm: boolean;
  /** Whether people may sign in with Google. */
  readonly googleEnabled: boolean;
  /** Where mailed links lead when they name no other place. */
  readonly siteUrl: string;
  /** Of all buckets; each may set a lower one. */
  readonly fileBytesMax: number;
}

const HOUR_MS = 3_600_000;

export const defaultSettings: AuthSettings = {
  accessTokenLifetimeMs: HOUR_MS,
  codeLifetimeMs: HOUR_MS,
  codeDigits: 6,
  codeAttemptsMax: 5,
  mailIntervalMs: 60_000,
  mailsPerHour: 360,
  signUpsPerHour: 360,
  codesPerHour: 360,
  verificationsPerHour: 360,
  refreshesPerHour: 1_800,
  refreshReuseMs: 10_000,
  flowLifetimeMs: 300_000,
  passwordCharsMin: 6,
  signUpsAllowed: true,
  autoconfirm: false,
  googleEnabled: true,
  siteUrl: 'http://localhost:3000',
  fileBytesMax: 50 * 1_048_576,
};

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox, type RunningSandbox } from '@alo/sandbox';
import type { Clock } from '@alo/core/kernel';
import type { Environment, Vendor } from './config.ts';

/** What the other processes need to know of a running sandbox. */
export interface SandboxNotice {
  readonly vendors: readonly string[];
  /** Settings, exactly as a person would set them for a real vendor. */
  readonly settings: Environment;
  readonly urls: Readonly<Record<string, string>>;
}

const WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 200;

/** Starts the stand-ins in this process and tells the others of this data folder where they are. */
export async function hostSandbox(options: {
  dataDir: string;
  vendors: readonly Vendor[];
  smtpUrl: string | undefined;
  apiUrl: () => string;
  clock: Clock;
}): Promise<RunningSandbox> {
  const sandbox = await startSandbox(options);
  const notice: SandboxNotice = {
    vendors: sandbox.vendors,
    settings: sandbox.settings,
    urls: sandbox.urls,
  };
  const file = noticeFile(options.dataDir);
  writeFileSync(file, JSON.stringify(notice), { mode: 0o600 });
  return {
    ...sandbox,
    async close() {
      rmSync(file, { force: true });
      await sandbox.close();
    },
  };
}

/** Waits for the process that hosts the sandbox of this data folder: `api`, or `sandbox` alone. */
export async function joinSandbox(dataDir: string, clock: Clock): Promise<SandboxNotice> {
  const file = noticeFile(dataDir);
  const untilMs = clock.monotonicMs() + WAIT_MS;
  while (clock.monotonicMs() < untilMs) {
    const notice = await readNotice(file);
    if (notice) return notice;
    await clock.sleep(LOOK_AGAIN_MS);
  }
  throw new Error(
    `No sandbox answers for ${dataDir}: start the api (or \`alo serve sandbox\`) with the same ALO_DATA_DIR, or configure the vendors.`,
  );
}

/** The notice of a sandbox that answers; one left by a killed process does not. */
async function readNotice(file: string): Promise<SandboxNotice | null> {
  if (!existsSync(file)) return null;
  try {
    const notice = JSON.parse(readFileSync(file, 'utf8')) as SandboxNotice;
    const [address] = Object.values(notice.urls);
    if (address === undefined) return notice;
    const answer = await fetch(`${address}/__sandbox`, { signal: AbortSignal.timeout(1_000) });
    return answer.ok ? notice : null;
  } catch {
    return null;
  }
}

function noticeFile(dataDir: string): string {
  return join(dataDir, 'sandbox.json');
}

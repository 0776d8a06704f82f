// `npm run audit`: known vulnerabilities of what production installs, as the registry tells. Fails on any that
// SECURITY.md does not explain (by its advisory id). A registry that has no audit endpoint is said to be unasked.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const asked = spawnSync('pnpm', ['audit', '--prod', '--json'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});

let report;
try {
  report = JSON.parse(asked.stdout);
} catch {
  report = undefined;
}

if (!report?.advisories) {
  const reason = (asked.stderr || asked.stdout || String(asked.error)).trim().split('\n')[0];
  process.stdout.write(`audit: NOT ASKED, the registry does not answer audits (${reason})\n`);
  process.exit(0);
}

const explained = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');
const advisories = Object.values(report.advisories);
const open = advisories.filter(({ github_advisory_id: id }) => !id || !explained.includes(id));
for (const { github_advisory_id: id, severity, module_name: name, title } of open) {
  process.stdout.write(`audit: ${severity} ${name}: ${title} (${id ?? 'no advisory id'})\n`);
}
process.stdout.write(`audit: ${advisories.length} findings, ${open.length} of them unexplained\n`);
process.exit(open.length > 0 ? 1 : 0);

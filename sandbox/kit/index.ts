export { type Faults, type FaultSettings } from './faults.ts';
export { startSandboxServer, type SandboxOptions, type SandboxServer } from './server.ts';

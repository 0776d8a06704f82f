export { jobCatalog, type JobName, type JobPayload } from './catalog.ts';
export {
  createJobQueue,
  NoRetryError,
  runJobs,
  type JobContext,
  type JobHandlers,
  type JobQueue,
  type JobRunner,
  type QueueBackend,
} from './queue.ts';

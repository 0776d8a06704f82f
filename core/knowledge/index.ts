export type { KnowledgeDeps } from './knowledge.deps.ts';
export { presentDocument } from './knowledge.present.ts';
export * from './knowledge.schema.ts';
export {
  createKnowledgeService,
  type KnowledgeService,
  type UploadedFile,
} from './knowledge.service.ts';

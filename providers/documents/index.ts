export { createDocumentReader, type ClosableDocumentReader } from './reader.ts';

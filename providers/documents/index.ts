export { createDocumentReader, type ClosableDocumentReader } from './reader.ts';
export { createStatementPrinter } from './statement-pdf.ts';

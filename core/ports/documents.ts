/** Text of an uploaded file, page by page. */
export interface ExtractedDocument {
  readonly pages: readonly string[];
}

/** Reads PDFs and images. Throws AppError `unreadable_file` or `unsupported_media_type` with the reason. */
export interface DocumentReader {
  /** What the bytes really are, whatever the file's name says; null if it is nothing we read. */
  detect(bytes: Uint8Array): DocumentMediaType | null;
  read(
    bytes: Uint8Array,
    mediaType: DocumentMediaType,
    signal: AbortSignal,
  ): Promise<ExtractedDocument>;
}

export const documentMediaTypes = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/webp',
  'text/plain',
] as const;
export type DocumentMediaType = (typeof documentMediaTypes)[number];

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

/** One page of figures; every text as it is to be read, in its language. */
export interface StatementPage {
  readonly language: 'es' | 'en';
  readonly title: string;
  /** What it is about, in a word or two: a month. */
  readonly subject: string;
  /** Whose it is. */
  readonly holder: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** A sum, line by line; the last one is the result. */
  readonly sum: readonly { readonly label: string; readonly value: string }[];
  readonly table: {
    readonly title: string;
    /** The first column is read from the left, the others are figures. */
    readonly columns: readonly string[];
    /** As many as a month has days, at most. */
    readonly rows: readonly (readonly string[])[];
    /** Said where there are no rows. */
    readonly empty: string;
  };
  readonly footer: string;
}

/** Prints statements as PDF. */
export interface StatementPrinter {
  print(page: StatementPage): Promise<Uint8Array>;
}

/** What the PDF thread is started with. It gets its limits so, and nothing of the process around it. */
export interface PdfThreadInput {
  readonly bytes: Uint8Array;
  readonly imagePixelsMax: number;
  readonly scanPixelsMax: number;
}

/** Asks for one page, from 1. The thread answers each question once, in order. */
export interface PdfPageRequest {
  readonly page: number;
}

export interface PdfPage {
  readonly text: string;
  /** The page's pictures as a PGM file, where its text layer is too thin to be the page's text. */
  readonly scan: Uint8Array | null;
  /** It has pictures in a format that we cannot decode. */
  readonly isUndecodable: boolean;
}

export type PdfFailure = 'encrypted' | 'corrupt';

/** The first answer is `opened` or `failed`. */
export type PdfAnswer =
  | { readonly type: 'opened'; readonly pageCount: number }
  | { readonly type: 'page'; readonly page: PdfPage }
  | { readonly type: 'failed'; readonly failure: PdfFailure; readonly message: string };

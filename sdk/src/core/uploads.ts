/** A file to send: a browser's `File` or `Blob`, or bytes with a name. */
export type FileInput =
  | Blob
  | {
      readonly filename: string;
      readonly bytes: Uint8Array<ArrayBuffer> | ArrayBuffer;
      readonly contentType?: string;
    };

const contentTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
};

/** The multipart body of an upload, with the file in the field `name`. */
export function fileForm(name: string, file: FileInput): FormData {
  const form = new FormData();
  if (file instanceof Blob) {
    form.set(name, file, 'name' in file && typeof file.name === 'string' ? file.name : 'file');
    return form;
  }
  const extension = file.filename.split('.').at(-1)?.toLowerCase() ?? '';
  const type = file.contentType ?? contentTypes[extension] ?? 'application/octet-stream';
  form.set(name, new Blob([file.bytes], { type }), file.filename);
  return form;
}

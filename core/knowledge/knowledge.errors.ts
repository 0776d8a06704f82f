import { AppError, limits } from '../kernel/index.ts';

const MIB = 1_048_576;

/** What a file's owner is told, in words to act on. The reader of documents has reasons of its own. */
export const knowledgeErrors = {
  empty: () =>
    new AppError('unreadable_file', {
      param: 'file',
      detail: { es: 'El archivo está vacío.', en: 'The file is empty.' },
    }),
  tooLarge: () => {
    const most = `${limits.knowledge.fileBytesMax / MIB} MB`;
    return new AppError('payload_too_large', {
      param: 'file',
      detail: { es: `El archivo pasa de ${most}.`, en: `The file is larger than ${most}.` },
    });
  },
  unsupported: () =>
    new AppError('unsupported_media_type', {
      param: 'file',
      detail: {
        es: 'Leemos PDF, imágenes (PNG, JPEG, WebP) y texto (TXT, CSV, Markdown), y este archivo por dentro no es ninguno. Si es de Word o Excel, guárdelo como PDF.',
        en: 'We read PDF, images (PNG, JPEG, WebP) and text (TXT, CSV, Markdown), and inside this file is none of them. If it is from Word or Excel, save it as PDF.',
      },
    }),
  tooManyDocuments: () =>
    new AppError('conflict', {
      detail: {
        es: `Ya tiene ${limits.knowledge.documentsMax} documentos, que es el máximo. Borre alguno que ya no use.`,
        en: `You have ${limits.knowledge.documentsMax} documents, which is the most. Delete one you no longer use.`,
      },
    }),
  tooMuchText: () =>
    new AppError('unreadable_file', {
      detail: {
        es: 'El documento tiene demasiado texto. Súbalo por partes, o solo lo que preguntan sus clientes.',
        en: 'The document has too much text. Upload it in parts, or only what your customers ask about.',
      },
    }),
  tooManyChunks: () =>
    new AppError('conflict', {
      detail: {
        es: 'Sus documentos juntos tienen demasiado texto. Borre alguno que ya no use y suba este de nuevo.',
        en: 'Your documents together hold too much text. Delete one you no longer use and upload this again.',
      },
    }),
  noText: () =>
    new AppError('unreadable_file', {
      detail: {
        es: 'No encontramos texto legible en el archivo.',
        en: 'No readable text was found in the file.',
      },
    }),
  fileGone: () =>
    new AppError('unreadable_file', {
      detail: {
        es: 'El archivo ya no está guardado. Súbalo de nuevo.',
        en: 'The file is no longer stored. Upload it again.',
      },
    }),
};

/** Why a document was given up after several attempts, none of them its fault. */
export const gaveUp = {
  es: 'No pudimos procesar el archivo por un problema de nuestro lado. Súbalo de nuevo en unos minutos.',
  en: 'The file could not be processed because of a problem on our side. Upload it again in a few minutes.',
};

import { AppError, limits, type Localized } from '@alo/core/kernel';

/** Why a file was turned away, in words its owner can act on. */
const refuse = (detail: Localized, cause?: unknown) =>
  new AppError('unreadable_file', { detail, param: 'file', cause });

export const refusals = {
  encrypted: () =>
    refuse({
      es: 'El PDF tiene contraseña. Guárdelo sin contraseña y súbalo de nuevo.',
      en: 'The PDF has a password. Save it without one and upload it again.',
    }),
  corrupt: (cause?: unknown) =>
    refuse(
      {
        es: 'El archivo está dañado o incompleto. Ábralo en su equipo, guárdelo de nuevo y súbalo.',
        en: 'The file is damaged or incomplete. Open it, save it again and upload that copy.',
      },
      cause,
    ),
  noText: () =>
    refuse({
      es: 'No encontramos texto legible. Si es una foto, tómela de frente, con buena luz y más cerca.',
      en: 'No readable text was found. If it is a photo, take it straight on, well lit and closer.',
    }),
  undecodable: () =>
    refuse({
      es: 'Las páginas son imágenes en un formato que no leemos (fax, JBIG2 o JPEG 2000). Súbalas como JPG o PNG, o escanee de nuevo a color.',
      en: 'The pages are images in a format we do not read (fax, JBIG2 or JPEG 2000). Upload them as JPG or PNG, or scan again in colour.',
    }),
  tooManyPages: (pages: number) =>
    refuse({
      es: `El PDF tiene ${pages} páginas; el máximo es ${limits.knowledge.pagesMax}. Súbalo por partes.`,
      en: `The PDF has ${pages} pages; the most is ${limits.knowledge.pagesMax}. Upload it in parts.`,
    }),
  tooManyScans: () =>
    refuse({
      es: `El PDF tiene más de ${limits.knowledge.scannedPagesMax} páginas escaneadas. Súbalo por partes o como texto.`,
      en: `The PDF has more than ${limits.knowledge.scannedPagesMax} scanned pages. Upload it in parts or as text.`,
    }),
  tooManyPixels: (width: number, height: number) =>
    refuse({
      es: `La imagen mide ${width} × ${height} píxeles, demasiado para leerla. Redúzcala y súbala de nuevo.`,
      en: `The image is ${width} × ${height} pixels, too large to read. Scale it down and upload it again.`,
    }),
  tooComplex: (cause?: unknown) =>
    refuse(
      {
        es: 'El PDF es demasiado pesado por dentro para leerlo. Imprímalo de nuevo a PDF y suba esa copia.',
        en: 'The PDF is too heavy inside to be read. Print it to PDF again and upload that copy.',
      },
      cause,
    ),
};

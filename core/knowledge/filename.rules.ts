import { limits } from '../kernel/index.ts';

/**
 * A file's name as shown to people: its last part only, without what cannot be seen or could turn
 * the text around, of bounded length, extension kept.
 */
export function safeFilename(name: string): string {
  const base = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const visible = base
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '');
  if (visible === '') return 'documento';
  const characters = [...visible];
  if (characters.length <= limits.knowledge.filenameCharsMax) return visible;
  const extension = /\.[\p{L}\p{N}]{1,8}$/u.exec(visible)?.[0] ?? '';
  const room = limits.knowledge.filenameCharsMax - extension.length;
  return characters.slice(0, room).join('') + extension;
}

/** The same name as a storage key: the ASCII that every object store takes. */
export function storageName(filename: string): string {
  const plain = filename
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '');
  return plain === '' ? 'documento' : plain;
}

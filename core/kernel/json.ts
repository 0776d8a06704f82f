/** What a text is as JSON; undefined for one that is none, which a schema then refuses. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

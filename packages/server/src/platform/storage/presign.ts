const hourMs = 3_600_000;

/**
 * The moment from which a reading URL is signed, so that the same URL comes out again and browsers find it in
 * their cache: the beginning of the hour, or of half the URL's life where that is shorter. A URL therefore has
 * at least half of its life before it when it is handed out, and never more than the whole.
 */
export function signingTime(now: Date, expiresInS: number): Date {
  const stepMs = Math.min(hourMs, Math.max(1000, Math.floor(expiresInS / 2) * 1000));
  return new Date(Math.floor(now.getTime() / stepMs) * stepMs);
}

/** How long a browser may keep what it read through a URL, in seconds. */
export const cacheSeconds = 3600;

const maxNameLength = 120;
// Control, format (direction changes among them), surrogate, private and unassigned characters, line separators.
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A Content-Disposition that saves the file under `name`, whatever the name holds (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  const safe = name
    .toWellFormed()
    .replace(unprintable, '')
    .replace(/[\\/:*?"<>|]/g, '_')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  const short = Array.from(safe).slice(0, maxNameLength).join('') || 'file';
  const ascii = short
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|%/g, '_');
  const encoded = encodeURIComponent(short).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

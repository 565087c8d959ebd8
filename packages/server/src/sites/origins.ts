/** Any port of this machine, for developing; only as this exact entry. */
const anyLocalPort = 'http://localhost:*';
const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The origin in its one spelling, or null for `null`, paths, wildcards and what is no web origin. */
export function normalizeOrigin(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) return null;
  return url.origin;
}

/** Whether a page of `origin` may use a key whose site lists `allowed`. `own` is the server's own origin. */
export function originAllowed(origin: string, allowed: readonly string[], own: string): boolean {
  const normal = normalizeOrigin(origin);
  if (normal === null) return false;
  if (allowed.includes(normal)) return true;
  if (!allowed.includes(anyLocalPort)) return false;
  const { protocol, hostname } = new URL(normal);
  return normal === own || (protocol === 'http:' && localHosts.has(hostname));
}

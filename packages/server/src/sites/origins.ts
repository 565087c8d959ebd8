import { domainToUnicode } from 'node:url';

/** Any port of this machine, for developing; only as this exact entry. */
export const anyLocalPort = 'http://localhost:*';
const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLocalHost = (hostname: string): boolean => localHosts.has(hostname);

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
  // A browser never sends a star; in a list it would look like a wildcard.
  return url.hostname.includes('*') ? null : url.origin;
}

/** `https://*.shop.example` allows every subdomain, but not `https://shop.example` itself. */
function matchesWildcard(origin: string, entry: string): boolean {
  const star = entry.indexOf('://*.');
  if (star === -1) return false;
  const scheme = entry.slice(0, star + 3);
  const suffix = entry.slice(star + 4);
  return (
    origin.startsWith(scheme) && origin.endsWith(suffix) && origin.length > scheme.length + suffix.length
  );
}

/** Whether a page of `origin` may use a key whose site lists `allowed`. `own` is the server's own origin. */
export function originAllowed(origin: string, allowed: readonly string[], own: string): boolean {
  const normal = normalizeOrigin(origin);
  if (normal === null) return false;
  if (allowed.includes(normal) || allowed.some((entry) => matchesWildcard(normal, entry))) return true;
  if (!allowed.includes(anyLocalPort)) return false;
  const { protocol, hostname } = new URL(normal);
  return normal === own || (protocol === 'http:' && isLocalHost(hostname));
}

/** The origin as people read it: punycode in letters. */
export function unicodeOrigin(origin: string): string {
  const [, scheme = '', wildcard = '', host = '', port = ''] =
    /^(https?:\/\/)(\*\.)?([^:/]+|\[[^\]]+\])(:.+)?$/.exec(origin) ?? [];
  return host === '' ? origin : `${scheme}${wildcard}${domainToUnicode(host) || host}${port}`;
}

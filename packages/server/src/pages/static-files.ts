import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Context, Handler } from 'hono';
import type { AppEnv } from '../platform/http/env.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticOptions {
  root: string;
  /** Where in the URL the folder begins, with a slash at the end. */
  mount: string;
  headers: (path: string) => Record<string, string>;
  /** What the mount itself serves. */
  index?: string;
  /** Every address below the mount serves the index: for pages that find their own way. */
  single?: boolean;
}

interface Found {
  path: string;
  size: number;
  etag: string;
}

async function find(path: string): Promise<Found | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    const file = extname(path) in types;
    return file ? { path, size, etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"` } : null;
  } catch {
    return null;
  }
}

/** The file itself, or the brotli copy beside it where the caller takes that. */
async function choose(
  c: Context<AppEnv>,
  path: string,
): Promise<{ found: Found; encoding: string | null } | null> {
  const accepted = (c.req.header('accept-encoding') ?? '')
    .split(',')
    .map((entry) => entry.trim().split(';')[0]);
  if (accepted.includes('br')) {
    const packed = await stat(`${path}.br`).catch(() => null);
    const found = packed && (await find(path));
    if (found) return { found: { ...found, path: `${path}.br`, size: packed.size }, encoding: 'br' };
  }
  const found = await find(path);
  return found && { found, encoding: null };
}

/**
 * Files of one folder. Only names with a known type are served, dot files never, and nothing outside the
 * folder. A file that is not there is for the next handler to answer.
 */
export function staticFiles({
  root,
  mount,
  headers,
  index = '',
  single = false,
}: StaticOptions): Handler<AppEnv> {
  const base = resolve(root);
  return async (c, next) => {
    let name: string;
    try {
      name = single ? index : decodeURIComponent(c.req.path.slice(mount.length)) || index;
    } catch {
      return next();
    }
    if (name === '' || name.includes('\0') || name.split(/[\\/]/).some((part) => part.startsWith('.')))
      return next();
    const path = resolve(join(base, name));
    if (!path.startsWith(base + sep)) return next();
    const chosen = await choose(c, path);
    if (!chosen) return next();
    const { found, encoding } = chosen;
    const answer: Record<string, string> = {
      ...headers(name),
      etag: found.etag,
      vary: 'Accept-Encoding',
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    };
    if (encoding !== null) answer['content-encoding'] = encoding;
    if (c.req.header('if-none-match') === found.etag) return c.body(null, 304, answer);
    answer['content-length'] = String(found.size);
    if (c.req.method === 'HEAD') return c.body(null, 200, answer);
    return c.body(Readable.toWeb(createReadStream(found.path)) as ReadableStream, 200, answer);
  };
}

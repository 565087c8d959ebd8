import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photoTypes, type UploadFromUrl } from '@imgvid/api';
import { FetchError, type Fetcher } from '../platform/fetch/index.ts';
import { ProblemError, problem } from '../platform/http/problem.ts';
import type { Principal } from '../sites/index.ts';
import type { UploadRow } from './store.ts';
import { beginUpload, completeUpload, type UploadParts } from './uploads.ts';

export interface FromUrlParts extends UploadParts {
  fetcher: Fetcher;
}

const fetchMs = 20_000;
/** Fetches at once of one tenant in this process: a batch goes on when one is through. */
const mostAtOnce = 6;
const underWay = new Map<string, number>();

/** What a server may call a photo; what it is, its bytes tell. */
const mayBePhoto = (type: string | null): boolean =>
  type === null || /^(?:image\/|application\/octet-stream|binary\/octet-stream)/i.test(type);

function asProblem(error: unknown): unknown {
  if (!(error instanceof FetchError)) return error;
  const { code, detail } = error;
  if (code === 'too_large') return problem('image_too_large', detail);
  if (code === 'invalid_url' || code === 'not_allowed') {
    const errors = [{ path: 'source_url', message: detail }];
    return new ProblemError({ code: 'invalid_request', detail, errors }, { cause: error });
  }
  const hint = 'The address has to deliver the photo itself, to anybody who asks.';
  return new ProblemError({ code: 'source_unavailable', detail, hint }, { cause: error });
}

async function inTurn<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  const now = underWay.get(tenantId) ?? 0;
  if (now >= mostAtOnce) {
    throw new ProblemError({
      code: 'limit_reached',
      detail: `${mostAtOnce} photos are being fetched for you already. Please wait for one of them.`,
      retryAfterS: 2,
    });
  }
  underWay.set(tenantId, now + 1);
  try {
    return await work();
  } finally {
    const left = (underWay.get(tenantId) ?? 1) - 1;
    if (left > 0) underWay.set(tenantId, left);
    else underWay.delete(tenantId);
  }
}

/**
 * Fetches a photo from the web for a server, through the guarded fetcher, and has it read as if it had been sent. A
 * photo that cannot be fetched leaves nothing behind.
 */
export async function uploadFromUrl(
  parts: FromUrlParts,
  principal: Principal,
  { source_url, filename }: UploadFromUrl,
): Promise<UploadRow> {
  if (principal.kind === 'visitor')
    throw problem('forbidden', 'Photos from an address are for servers, with a secret key.');
  return inTurn(principal.tenantId, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgvid-fetched-'));
    try {
      const path = join(folder, 'photo');
      const limits = { maxBytes: parts.maxBytes, timeoutMs: fetchMs };
      const { contentType, byteSize } = await parts.fetcher
        .toFile(source_url, path, limits)
        .catch((error) => {
          throw asProblem(error);
        });
      if (!mayBePhoto(contentType)) {
        const type = contentType?.split(';')[0]?.slice(0, 60);
        throw problem('unsupported_image', `There is no photo at this address, but ${type}.`);
      }
      const type = photoTypes.find((each) => contentType?.startsWith(each)) ?? 'image/jpeg';
      const { id, rawKey } = await beginUpload(parts, principal, {
        content_type: type,
        byte_size: byteSize,
        filename,
      });
      await parts.storage.putFile(rawKey, path, type);
      return await completeUpload(parts, principal, id);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

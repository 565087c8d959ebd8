import { encodeId } from '../platform/ids.ts';
import { signingTime, type BlobStore } from '../platform/storage/index.ts';
import type { ShownGeneration } from './store.ts';

/** Signed URLs of a video's files, all good until `expiresAt` (RFC 3339). */
export interface FileUrls {
  video: string;
  poster: string;
  download: string;
  expiresAt: string;
}

export interface FileUrlParts {
  storage: BlobStore;
  now: () => Date;
}

/** Null where there are no files, or none for long enough to read them. */
export type FileUrlsOf = (row: ShownGeneration) => Promise<FileUrls | null>;

const urlSeconds = 3600;
const maxRemembered = 5000;

/**
 * Signs the URLs of videos. A URL signed again within half an hour is the same (see signingTime), so it is
 * remembered: of a list of 20 videos the 60 signatures would cost more than all the rest.
 */
export function fileUrls({ storage, now }: FileUrlParts): FileUrlsOf {
  const remembered = new Map<string, Promise<FileUrls>>();
  let rememberedFrom = 0;

  async function sign(
    id: string,
    videoKey: string,
    posterKey: string,
    expiresInS: number,
  ): Promise<FileUrls> {
    const signedAt = signingTime(now(), expiresInS);
    const downloadName = `imgvid-${encodeId('gen', id).slice(-8)}.mp4`;
    const [video, poster, download] = await Promise.all([
      storage.presignGet(videoKey, { expiresInS }),
      storage.presignGet(posterKey, { expiresInS }),
      storage.presignGet(videoKey, { expiresInS, downloadName }),
    ]);
    const expiresAt = new Date(signedAt.getTime() + expiresInS * 1000).toISOString();
    return { video, poster, download, expiresAt };
  }

  function forgetEarlier(): void {
    const from = signingTime(now(), urlSeconds).getTime();
    if (from === rememberedFrom && remembered.size < maxRemembered) return;
    remembered.clear();
    rememberedFrom = from;
  }

  return async ({ id, status, videoKey, posterKey, deletesAt }) => {
    if (status !== 'succeeded' || videoKey === null || posterKey === null) return null;
    // A URL never outlives the promise to delete what it leads to.
    const untilDeletion = deletesAt ? (deletesAt.getTime() - now().getTime()) / 1000 : urlSeconds;
    if (untilDeletion < 1) return null;
    if (untilDeletion < urlSeconds) return sign(id, videoKey, posterKey, Math.floor(untilDeletion));
    forgetEarlier();
    const known = remembered.get(videoKey);
    if (known) return known;
    const signing = sign(id, videoKey, posterKey, urlSeconds);
    remembered.set(videoKey, signing);
    signing.catch(() => remembered.delete(videoKey));
    return signing;
  };
}

import { kieKey, kieSecret, startKie } from './kie.ts';
import { replicateSecret, replicateToken, startReplicate } from './replicate.ts';
import type { StandIn } from './stand-in.ts';

export interface BothStandIns {
  kie: StandIn;
  replicate: StandIn;
  /** Of a server that sends its jobs to them. */
  settings: Record<string, string>;
  close(): Promise<void>;
}

/** Both providers, which deliver this clip for every job. */
export async function startBoth(clip: Buffer): Promise<BothStandIns> {
  const [kie, replicate] = await Promise.all([startKie(clip), startReplicate(clip)]);
  return {
    kie,
    replicate,
    settings: {
      IMGVID_KIE_KEY: kieKey,
      IMGVID_KIE_URL: kie.url,
      IMGVID_KIE_UPLOAD_URL: kie.url,
      IMGVID_KIE_WEBHOOK_SECRET: kieSecret,
      IMGVID_REPLICATE_TOKEN: replicateToken,
      IMGVID_REPLICATE_URL: replicate.url,
      IMGVID_REPLICATE_WEBHOOK_SECRET: replicateSecret,
      IMGVID_FETCH_ALLOW: `${kie.address},${replicate.address}`,
    },
    close: async () => {
      await Promise.all([kie.close(), replicate.close()]);
    },
  };
}

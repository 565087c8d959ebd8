import type { Config } from './config.ts';
import { openFetcher, type Fetcher } from './platform/fetch/index.ts';
import { kieProvider, replicateProvider, type OutsideProvider } from './providers/index.ts';
import { maxPixels } from './uploads/index.ts';

/** The providers whose keys are configured. */
export function outsideProviders({ kie, replicate, pricing, uploadMaxBytes }: Config): OutsideProvider[] {
  const shared = { pricing, photoLimits: { maxBytes: uploadMaxBytes, maxPixels } };
  return [
    ...(kie ? [kieProvider({ ...kie, ...shared })] : []),
    ...(replicate ? [replicateProvider({ ...replicate, ...shared })] : []),
  ];
}

/** For results of providers and for photos that servers give the address of. */
export const openGuardedFetcher = (config: Config): Fetcher =>
  openFetcher({
    allowHttp: config.env !== 'production',
    exceptions: (address, port) =>
      config.fetchAllow.some((allowed) => allowed.replace(/[[\]]/g, '') === `${address}:${port}`),
  });

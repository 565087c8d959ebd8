import { kieProvider, type KieSettings } from './kie/provider.ts';
import type { OutsideSettings } from './outside.ts';
import type { OutsideProvider } from './port.ts';
import { replicateProvider, type ReplicateSettings } from './replicate/provider.ts';

type Shared = 'pricing' | 'photoLimits';

export interface Accounts {
  kie: Omit<KieSettings, Shared> | undefined;
  replicate: Omit<ReplicateSettings, Shared> | undefined;
  pricing: OutsideSettings['pricing'];
}

/** The providers whose keys are configured. */
export function outsideProviders(
  { kie, replicate, pricing }: Accounts,
  photoLimits: OutsideSettings['photoLimits'],
): OutsideProvider[] {
  const shared = { pricing, photoLimits };
  return [
    ...(kie ? [kieProvider({ ...kie, ...shared })] : []),
    ...(replicate ? [replicateProvider({ ...replicate, ...shared })] : []),
  ];
}

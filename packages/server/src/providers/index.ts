export { builtinModel } from './builtin/model.ts';
export { builtinProvider } from './builtin/provider.ts';
export type { RenderJobs } from './builtin/jobs.ts';
export { startRenderWorker } from './builtin/worker.ts';
export { catalogue, type Catalogue } from './catalogue.ts';
export { modelSheets } from './catalogue/sheets.ts';
export { priceOf, resolveParams } from './choice.ts';
export { outsideProviders } from './configured.ts';
export { faultMessage, ProviderError, refusalMessage } from './errors.ts';
export { isWell, mayTry, noteFault, noteSuccess } from './health.ts';
export { kieProvider } from './kie/provider.ts';
export type {
  JobRef,
  JobPhoto,
  OutsideProvider,
  PhotoRules,
  Provenance,
  Provider,
  ProviderFailure,
  ProviderJob,
  ProviderResult,
  ProviderState,
  SentPhoto,
} from './port.ts';
export { replicateProvider } from './replicate/provider.ts';
export { freeForgottenSlots, freeSlot, takeSlot } from './places/store.ts';
export { countRefusal, findUnwell, giveBackSpend, spend } from './store.ts';

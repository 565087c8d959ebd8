export { builtinModel, builtinModelId } from './builtin/model.ts';
export { builtinProvider, builtinProviderId } from './builtin/provider.ts';
export type { RenderJobs } from './builtin/jobs.ts';
export { startRenderWorker } from './builtin/worker.ts';
export { catalogue, type Catalogue } from './catalogue.ts';
export { impossibleReason, priceOf, resolveParams } from './choice.ts';
export type { Provenance, Provider, ProviderJob, ProviderResult, ProviderState } from './port.ts';

export { builtinModel } from './builtin/model.ts';
export { builtinProvider } from './builtin/provider.ts';
export type { RenderJobs } from './builtin/jobs.ts';
export { startRenderWorker } from './builtin/worker.ts';
export { catalogue, type Catalogue } from './catalogue.ts';
export { priceOf, resolveParams } from './choice.ts';
export type { Provenance, Provider, ProviderJob, ProviderResult, ProviderState } from './port.ts';

import type { Model } from '@imgvid/api';
import type { OutsideProvider, Provider } from './port.ts';

export interface Catalogue {
  models: Model[];
  defaultModel: Model;
  find(modelId: string): { model: Model; provider: Provider } | null;
  provider(providerId: string): Provider;
  /** Null unless an outside provider of that name is configured. */
  outside(providerId: string): OutsideProvider | null;
}

/** Every model of every provider that is configured; the first provider's first model is the default. */
export function catalogue(providers: readonly Provider[]): Catalogue {
  const entries = providers.flatMap((provider) => provider.models().map((model) => ({ model, provider })));
  const [first] = entries;
  if (!first) throw new Error('no provider offers a model');
  const byModel = new Map(entries.map((entry) => [entry.model.id, entry]));
  const byProvider = new Map(providers.map((provider) => [provider.id, provider]));
  return {
    models: entries.map((entry) => entry.model),
    defaultModel: first.model,
    find: (modelId) => byModel.get(modelId) ?? null,
    outside(providerId) {
      const provider = byProvider.get(providerId);
      return provider?.kind === 'outside' ? provider : null;
    },
    provider(providerId) {
      const provider = byProvider.get(providerId);
      if (!provider) throw new Error(`provider ${providerId} is not configured`);
      return provider;
    },
  };
}

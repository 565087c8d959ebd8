import type { GenerationRequest, Model } from '@imgvid/api';
import { describe, expect, it } from 'vitest';
import { builtinModel } from '../providers/index.ts';
import { route, type Standing } from './routing.ts';

const camera = builtinModel({ maxBytes: 1, maxPixels: 1, minSide: 1 });
const scene = (id: string, credits: number, more: Partial<Model> = {}): Model => ({
  ...camera,
  id,
  prompt: { max_length: 500, role: 'scene' },
  durations_s: [5],
  resolutions: ['720p'],
  prices: [{ resolution: '720p', duration_s: 5, credits }],
  impossible: [],
  ...more,
});
const dear = scene('a/dear', 90, { typical_s: { low: 10, median: null, high: 20 } });
const cheap = scene('a/cheap', 20, { typical_s: { low: 100, median: null, high: 300 } });
const middle = scene('b/middle', 50, { negative_prompt: { max_length: 100 } });
const models = [camera, dear, cheap, middle];

const well: Standing = {
  isWell: () => true,
  typicalS: ({ typical_s }) => typical_s && (typical_s.low + typical_s.high) / 2,
};
const ask = (more: Partial<GenerationRequest> = {}): GenerationRequest => ({
  upload_id: 'upl_1',
  model: 'auto',
  prompt: 'Leaves fall from the trees.',
  ...more,
});
const rules = (more: object = {}) => ({
  routing: { prefer: 'listed' as const, fallback: 'never' as const, ...more },
  isListed: false,
});
const chosen = (...args: Parameters<typeof route>): string => route(...args).chosen.model.id;

describe('auto', () => {
  it('takes the usual model where it can, and of the others the cheapest that can', () => {
    expect(chosen(models, ask({ prompt: 'Slow zoom in' }), rules(), well)).toBe(camera.id);
    expect(chosen(models, ask(), rules(), well)).toBe(cheap.id);
    expect(chosen(models, ask({ negative_prompt: 'people' }), rules(), well)).toBe(middle.id);
  });

  it('does what the site prefers: its own order, the price, or the time', () => {
    expect(chosen(models, ask(), { ...rules(), isListed: true }, well)).toBe(dear.id);
    expect(chosen(models, ask(), rules({ prefer: 'price' }), well)).toBe(cheap.id);
    expect(chosen(models, ask(), rules({ prefer: 'speed' }), well)).toBe(dear.id);
  });

  it('goes round a model that is down, unless all are', () => {
    const without = (...ids: string[]): Standing => ({ ...well, isWell: ({ id }) => !ids.includes(id) });
    expect(chosen(models, ask(), rules(), without(cheap.id))).toBe(middle.id);
    expect(chosen(models, ask(), rules(), without(cheap.id, middle.id, dear.id))).toBe(cheap.id);
  });
});

describe('models that may take over', () => {
  it('are none unless the site allows it', () => {
    expect(route(models, ask(), rules(), well).fallbacks).toEqual([]);
    expect(route(models, ask({ model: dear.id }), rules({ fallback: 'auto' }), well).fallbacks).toEqual([]);
  });

  it('can do the same and cost no more', () => {
    const routing = rules({ fallback: 'always' });
    expect(route(models, ask({ model: dear.id }), routing, well).fallbacks).toEqual([cheap.id, middle.id]);
    expect(route(models, ask({ model: middle.id }), routing, well).fallbacks).toEqual([cheap.id]);
    const unwanted = ask({ model: middle.id, negative_prompt: 'people' });
    expect(route(models, unwanted, routing, well).fallbacks).toEqual([]);
  });
});

it('a named model is used whatever its state, and tells what it cannot do', () => {
  const down: Standing = { ...well, isWell: () => false };
  expect(chosen(models, ask({ model: dear.id }), rules(), down)).toBe(dear.id);
  expect(() => route(models, ask({ model: dear.id, duration_s: 9 }), rules(), well)).toThrow('duration_s');
  expect(() => route(models, ask({ model: 'x/none' }), rules(), well)).toThrow('no such model');
});

import {
  cameraMoves as apiMoves,
  aspectRatios as apiRatios,
  resolutions as apiResolutions,
} from '@imgvid/api';
import { aspectRatios, cameraMoves, resolutions } from '@imgvid/renderer/moves';
import { describe, expect, it } from 'vitest';
import { builtinModel } from './builtin/model.ts';
import type { ProblemError } from '../platform/http/problem.ts';
import { impossibleReason, priceOf, resolveParams } from './choice.ts';

const model = builtinModel({ maxBytes: 50_000_000, maxPixels: 100_000_000, minSide: 16 });
const request = { upload_id: 'upl_x' };

it('the API names exactly what the renderer can do', () => {
  expect([...apiMoves]).toEqual([...cameraMoves]);
  expect([...apiRatios]).toEqual([...aspectRatios]);
  expect([...apiResolutions]).toEqual([...resolutions]);
});

it('every choice of the model has a price', () => {
  for (const resolution of model.resolutions) {
    for (const duration_s of model.durations_s) {
      const params = resolveParams({ ...model, impossible: [] }, { ...request, resolution, duration_s });
      expect(priceOf(model, params)).toBeGreaterThan(0);
    }
  }
});

describe('resolveParams', () => {
  it('fills in the defaults', () => {
    expect(resolveParams(model, request)).toMatchObject({
      duration_s: 5,
      resolution: '720p',
      aspect_ratio: 'source',
      camera: { move: 'push_in', strength: 0.5, focus: null },
      prompt: null,
    });
  });
  it('prefers the move that was chosen to the one that the prompt speaks of', () => {
    const camera = { move: 'tilt_up' as const };
    expect(resolveParams(model, { ...request, prompt: 'zoom out', camera }).camera.move).toBe('tilt_up');
    expect(resolveParams(model, { ...request, prompt: 'zoom out' }).camera.move).toBe('pull_out');
  });
  it('names every mistake at once', () => {
    expect(() =>
      resolveParams(
        { ...model, seed: false },
        {
          ...request,
          duration_s: 60,
          fps: 120,
          seed: 1,
          negative_prompt: 'no',
          prompt: 'x'.repeat(501),
        },
      ),
    ).toThrowError(
      expect.objectContaining({
        details: expect.objectContaining({
          code: 'invalid_request',
          errors: expect.arrayContaining(
            ['duration_s', 'fps', 'seed', 'negative_prompt', 'prompt'].map((path) =>
              expect.objectContaining({ path }),
            ),
          ),
        }),
      }),
    );
  });
});

describe('a template', () => {
  const mistakesOf = (given: object, offered = model): unknown => {
    try {
      return resolveParams(offered, { ...request, ...given }).template;
    } catch (error) {
      return (error as ProblemError).details.errors;
    }
  };

  it('is kept with its texts, or null', () => {
    const template = { id: 'sale', texts: { title: 'Winter', price: '£9' }, colours: { accent: '#0b6e4f' } };
    expect(mistakesOf({ template })).toEqual(template);
    expect(mistakesOf({})).toBeNull();
  });

  it('is refused where the model draws none, is not known, or its texts are too long', () => {
    const texts = { title: 'Winter' };
    expect(mistakesOf({ template: { id: 'sale', texts } }, { ...model, templates: [] })).toEqual([
      { path: 'template', message: 'this model cannot draw texts over its videos' },
    ]);
    expect(mistakesOf({ template: { id: 'poster', texts } })).toEqual([
      { path: 'template.id', message: expect.stringContaining('lower_third') },
    ]);
    expect(mistakesOf({ template: { id: 'sale', texts: { badge: 'x'.repeat(25) } } })).toEqual([
      { path: 'template.texts.badge', message: 'is too long: at most 24 characters' },
    ]);
  });
});

it('a combination is impossible only when all of its parts are chosen', () => {
  const params = resolveParams(model, { ...request, resolution: '1080p', fps: 60, duration_s: 6 });
  expect(impossibleReason(model, params)).toBeNull();
  expect(impossibleReason(model, { ...params, duration_s: 7 })).toContain('1080p');
});

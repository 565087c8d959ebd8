import { cameraMoves, longestPrompt, type GenerationParams } from '@imgvid/api';
import { expect, it } from 'vitest';
import { priceOf, resolveParams } from '../choice.ts';
import { inputOf } from './input.ts';
import { costOf, modelOf } from './model.ts';
import { modelSheets } from './sheets.ts';

const pricing = { marginPercent: 30, creditMicros: 10_000 };
const urls = { first: 'https://photo.example/p.jpg', last: null };
const limits = { maxBytes: 50_000_000, maxPixels: 100_000_000 };

it('has twelve models and more, of both providers', () => {
  expect(modelSheets().length).toBeGreaterThanOrEqual(12);
  expect(new Set(modelSheets().map(({ provider }) => provider))).toEqual(new Set(['kie', 'replicate']));
});

it.each(modelSheets().map((sheet) => [sheet.id, sheet] as const))(
  '%s: every possible choice has an input within the model’s limits, and a price above its cost',
  (_id, sheet) => {
    const model = modelOf(sheet, pricing, limits);
    expect(model.prompt?.max_length).toBeLessThanOrEqual(longestPrompt);
    for (const { resolution, duration_s } of model.prices) {
      for (const move of cameraMoves) {
        const prompt = 'x'.repeat(model.prompt?.max_length ?? 0);
        const request = { upload_id: 'u', resolution, duration_s, camera: { move }, prompt };
        const params: GenerationParams = resolveParams(model, request);
        const input = inputOf(sheet, params, urls);
        expect(String(input[sheet.input.prompt]).length).toBeLessThanOrEqual(sheet.prompt_max);
        expect(Object.values(input)).not.toContain(undefined);
        expect(priceOf(model, params) * pricing.creditMicros).toBeGreaterThanOrEqual(
          costOf(sheet, params) * 1.3,
        );
      }
    }
  },
);

it('tells the camera in each model’s own way', () => {
  const of = (id: string) => {
    const sheet = modelSheets().find((each) => each.id === id);
    if (!sheet) throw new Error(id);
    const model = modelOf(sheet, pricing, limits);
    const params = resolveParams(model, {
      upload_id: 'u',
      prompt: 'Waves.',
      camera: { move: 'push_in', strength: 0.2 },
    });
    return inputOf(sheet, params, urls);
  };
  expect(of('kie/kling-2.6')).toEqual({
    prompt: 'Waves. The camera slowly pushes in.',
    image_urls: ['https://photo.example/p.jpg'],
    sound: false,
    duration: '5',
  });
  expect(of('kie/hailuo-2.3')['prompt']).toBe('[Push in] Waves.');
  expect(of('replicate/hailuo-02')['prompt']).toBe('[Push in] Waves.');
  expect(of('replicate/ltx-2.3-fast')).toMatchObject({
    prompt: 'Waves.',
    camera_motion: 'dolly_in',
    duration: 6,
  });
  expect(of('kie/seedance-1.5-pro')).toMatchObject({ fixed_lens: false, aspect_ratio: '16:9', duration: 4 });
});

import { expect, test } from 'vitest';
import { moveFromPrompt } from './prompt.ts';

test.each([
  ['slow zoom in on the watch', 'push_in', 0.25],
  ['Zooming out dramatically', 'pull_out', 0.8],
  ['camera pans to the left', 'pan_left', 0.5],
  ['pan from left to right', 'pan_right', 0.5],
  ['tilt up towards the sky', 'tilt_up', 0.5],
  ['orbit around the bottle', 'orbit_right', 0.5],
  ['orbiting left, quickly', 'orbit_left', 0.8],
  ['handheld footage', 'handheld', 0.5],
  ['static shot', 'static', 0.5],
  ['paneo suave hacia la derecha', 'pan_right', 0.25],
  ['zoom avant rapide', 'push_in', 0.8],
  ['langsamer Schwenk nach links', 'pan_left', 0.25],
  ['a câmera se aproxima devagar', 'push_in', 0.25],
  ['カメラを右にゆっくりパン', 'pan_right', 0.25],
  ['镜头缓慢推近', 'push_in', 0.25],
  ['环绕产品', 'orbit_right', 0.5],
  ['dolly zoom on the statue', 'dolly_zoom', 0.5],
  ['drifting slowly to the left', 'drift_left', 0.25],
  ['parallax', 'drift_right', 0.5],
  ['das Glas schwebt sanft', 'float', 0.25],
])('%s', (prompt, move, strength) => {
  expect(moveFromPrompt(prompt)).toEqual({ move, strength });
});

test.each([
  'a red bicycle by the sea',
  'cast-iron pan with three eggs',
  'people walk around on a square',
  'upright piano',
  'continental drift on a map',
  '',
])('no camera words: %s', (prompt) => {
  expect(moveFromPrompt(prompt)).toBeNull();
});

test('a very long prompt is answered at once', () => {
  // Of the processor's time: how long it waits for its turn says nothing about us.
  const before = process.cpuUsage();
  moveFromPrompt('pan '.repeat(100_000));
  moveFromPrompt('arcarcing'.repeat(100_000));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(200);
});

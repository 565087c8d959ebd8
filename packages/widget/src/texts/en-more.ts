import type { Text } from './text.ts';

/** What the options say that come after the first view. */
export const enMore = {
  model: 'Model',
  withSound: 'with sound',
  more: 'More options',
  promptCamera: 'Say it in words',
  promptScene: 'What should happen?',
  promptExample: 'Slow zoom in, …',
  promptMove: 'Camera: {move}',
  promptNone: 'Words such as “slow zoom in” or “pan left” choose the camera move.',
  negativePrompt: 'Not to be seen',
  seed: 'Seed',
  seedNone: 'another one each time',
  endPhoto: 'Ends on another photo',
  strength: 'Strength',
  loop: 'Ends where it began, for endless playing',
  fps: 'Frames per second',
} as const satisfies Record<string, Text>;

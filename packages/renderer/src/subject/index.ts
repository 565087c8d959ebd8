export { analysePhoto } from './analyse.ts';
export { fillBehind, foreground, grainOf, noise } from './fill.ts';
export { resized, workingSize } from './resize.ts';
export { spreadColours } from './spread.ts';
export { LAYER_CONFIDENCE, middleOf, unionOf } from './types.ts';
export type { Box, PhotoKind, Point, SubjectAnalysis } from './types.ts';

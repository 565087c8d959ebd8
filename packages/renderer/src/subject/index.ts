export { analysePhoto, lookAt, type Look } from './analyse.ts';
export { prepareFaces } from './faces/index.ts';
export { fillBehind, foreground, grainOf, noise } from './fill.ts';
export { matteOf } from './matte.ts';
export { resized, workingSize } from './resize.ts';
export { spreadColours } from './spread.ts';
export { LAYER_CONFIDENCE, middleOf, unionOf } from './types.ts';
export type { Box, PhotoKind, Point, SubjectAnalysis } from './types.ts';

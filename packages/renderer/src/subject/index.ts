export { analysePhoto } from './analyse.ts';
export { fillBehind, foreground } from './fill.ts';
export { LAYER_CONFIDENCE } from './types.ts';
export type { Box, PhotoKind, Point, SubjectAnalysis } from './types.ts';

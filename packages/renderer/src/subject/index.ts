export { lookAt } from './analyse.ts';
export { prepareFaces } from './faces/index.ts';
export { grainOf, noise } from './grain.ts';
export { separatePatch } from './patch/separate.ts';
export { resized, workingSize } from './resize.ts';
export { separate, type Separated } from './separate.ts';
export { spreadColours } from './spread.ts';
export { LAYER_CONFIDENCE, middleOf, unionOf } from './types.ts';
export type { Box, PhotoKind, Point, SubjectAnalysis } from './types.ts';

export { inspectClip, type ClipFacts } from './clip/inspect.ts';
export { markClip } from './clip/mark.ts';
export { RenderError } from './errors.ts';
export type { RenderErrorCode } from './errors.ts';
export { renderVideo } from './render.ts';
export type { RenderResult } from './render.ts';
export type { DigitalSourceType, RenderRequest } from './request.ts';
export type { Box, PhotoKind, Point, SubjectAnalysis } from './subject/types.ts';
export { LAYER_CONFIDENCE } from './subject/types.ts';

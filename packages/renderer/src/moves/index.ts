/** Camera moves shared by the renderer and a browser's preview: no dependencies, no Node, no DOM. */
export { cameraPath, cssMatrix, frameMatrix } from './camera.ts';
export type { MoveOptions, Size } from './camera.ts';
export { cameraMoves, easings } from './paths.ts';
export type { CameraMove, Easing } from './paths.ts';
export { moveFromPrompt } from './prompt.ts';
export { aspectRatios, outputSize, resolutions } from './sizes.ts';
export type { AspectRatio, Resolution } from './sizes.ts';

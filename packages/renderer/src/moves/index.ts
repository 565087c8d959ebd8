/** Camera moves shared by the renderer and a browser's preview: no dependencies, no Node, no DOM. */
export { cameraMoves, cameraPath, cssMatrix, frameMatrix } from './camera.ts';
export type { CameraMove, MoveOptions, Size } from './camera.ts';
export { moveFromPrompt } from './prompt.ts';
export { aspectRatios, outputSize, resolutions } from './sizes.ts';
export type { AspectRatio, Resolution } from './sizes.ts';

/** Camera moves shared by the renderer and a browser's preview: no dependencies, no Node, no DOM. */
export { cameraPath, cssMatrix, cssView, frameMatrix, movesOf, scenePath } from './camera.ts';
export type { MoveOptions, SceneMoment, SubjectPlace } from './camera.ts';
export { applied, inverted } from './geometry.ts';
export type { Matrix, Size } from './geometry.ts';
export { cameraMoves, layeredMoves, PEOPLE_NEARNESS, SUBJECT_NEARNESS } from './paths.ts';
export type { CameraMove } from './paths.ts';
export { easings } from './pose.ts';
export type { Easing, Pose } from './pose.ts';
export { moveFromPrompt } from './prompt.ts';
export { aspectRatios, outputSize, resolutions } from './sizes.ts';
export type { AspectRatio, Resolution } from './sizes.ts';

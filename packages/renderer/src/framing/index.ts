export { framings, type Framing } from './frame.ts';
export { openPicture, type Picture } from './picture.ts';

import type { PhotoReader, PhotoReaderOptions } from './types.ts';

export type { PhotoErrorCode, PhotoReader, PhotoReaderOptions, Provenance, ReadPhoto } from './types.ts';
export { PhotoError } from './types.ts';

export declare function openPhotoReader(o: PhotoReaderOptions): PhotoReader;

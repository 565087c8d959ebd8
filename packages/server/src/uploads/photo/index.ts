export type {
  PhotoErrorCode,
  PhotoReader,
  PhotoReaderOptions,
  PhotoUsage,
  Provenance,
  ReadPhoto,
} from './types.ts';
export { PhotoError } from './types.ts';
export { openPhotoReader } from './pool.ts';

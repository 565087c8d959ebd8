export { maxPixels, minSide } from './photo/limits.ts';
export { openPhotoReader, type PhotoReader, type Provenance } from './photo/index.ts';
export { removeUpload, sweepUploads } from './removal.ts';
export { uploadRoutes } from './routes.ts';
export { findUploadForUse, findUpload, keepUntil, type UploadRow } from './store.ts';

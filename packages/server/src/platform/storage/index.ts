export type {
  BlobStore,
  ByteRange,
  DiskSettings,
  DiskStore,
  PutUrl,
  S3StoreSettings,
  StorageSettings,
  StoredObject,
} from './blob-store.ts';
export { ObjectMissingError, ObjectTooLargeError, StorageError } from './blob-store.ts';
export { diskStore } from './disk-store.ts';
export { signingTime } from './presign.ts';
export { s3Store } from './s3-store.ts';

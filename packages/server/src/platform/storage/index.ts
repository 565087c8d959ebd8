import type { Clock } from '../clock.ts';
import type { BlobStore, DiskSettings, DiskStore, S3StoreSettings } from './blob-store.ts';

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

export declare function diskStore(settings: Omit<DiskSettings, 'kind'>, o?: { clock?: Clock }): DiskStore;
export declare function s3Store(settings: Omit<S3StoreSettings, 'kind'>, o?: { clock?: Clock }): BlobStore;

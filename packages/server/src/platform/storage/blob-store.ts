import type { Hono } from 'hono';

/** What is known of a stored object without reading it. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  byteSize: number;
  contentType: string;
  /** Strong, with its quotation marks, as it stands in the HTTP header. */
  etag: string;
  modifiedAt: Date;
}

/** First and last byte, both included, counted from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A permission to PUT one object: the request must carry exactly these headers and the announced bytes. */
export interface PutUrl {
  url: string;
  headers: Record<string, string>;
  expiresAt: Date;
}

/**
 * Object storage as the server uses it. Keys are made by our own code (`t/<tenant>/…`); a key that is not one
 * (see keys.ts) throws a TypeError in every method. Failures of the storage itself throw a StorageError.
 */
export interface BlobStore {
  /** A URL that takes exactly `byteSize` bytes of `contentType` under `key`, once or again, until it expires. */
  presignPut(key: string, o: { contentType: string; byteSize: number; expiresInS: number }): Promise<PutUrl>;
  /**
   * A URL that reads `key`. Asked again within the same hour it is the same URL, so that a browser's cache
   * works; it never outlives `expiresInS`. With `downloadName` a browser saves the file under that name.
   */
  presignGet(key: string, o: { expiresInS: number; downloadName?: string }): Promise<string>;
  head(key: string): Promise<StoredObject | null>;
  /**
   * The object and its bytes, or null if there is none. `object.byteSize` is the whole object's size even with a
   * range; a range that begins behind the object's end throws a RangeError, one that ends behind it is cut.
   * Whoever gets the body reads it to its end or cancels it.
   */
  get(
    key: string,
    range?: ByteRange,
  ): Promise<{ object: StoredObject; body: ReadableStream<Uint8Array> } | null>;
  /** Copies a file of this machine into the store. Readers see the old object or the whole new one. */
  putFile(key: string, path: string, contentType: string): Promise<StoredObject>;
  putBytes(key: string, bytes: Uint8Array, contentType: string): Promise<StoredObject>;
  /** Writes an object to a file of this machine; leaves no file behind when it fails. Throws ObjectMissingError, ObjectTooLargeError. */
  toFile(key: string, path: string, o: { maxBytes: number; signal?: AbortSignal }): Promise<void>;
  /** Deleting what is not there is not an error. */
  delete(keys: string[]): Promise<void>;
  /** Deletes everything whose key begins with `prefix`, which must end with a slash. */
  deletePrefix(prefix: string): Promise<void>;
  /** Up to 1,000 keys in the order of their bytes; `cursor` from the answer before. */
  list(prefix: string, cursor?: string): Promise<{ keys: string[]; cursor: string | null }>;
  /** For readiness: writes, reads and deletes a probe. Throws a StorageError with one clear sentence. */
  check(): Promise<void>;
}

/** Files on this machine's disk. The server itself answers the signed URLs; mount `routes` at its root. */
export interface DiskStore extends BlobStore {
  /** OPTIONS, PUT, GET and HEAD of `/v1/blobs/:token`. */
  routes: Hono;
}

export interface DiskSettings {
  kind: 'disk';
  /** Absolute folder; made if it is not there. */
  root: string;
  /** Origin under which browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** At least 32 bytes. Whoever knows it can make URLs. */
  signingKey: Buffer;
}

export interface S3StoreSettings {
  kind: 's3';
  /** Undefined: Amazon's own endpoint of the region. */
  endpoint?: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  forcePathStyle: boolean;
}

export type StorageSettings = DiskSettings | S3StoreSettings;

/** The storage did not do what it was asked; the message is a sentence for the operator. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** There is no object under the key. */
export class ObjectMissingError extends StorageError {
  override name = 'ObjectMissingError';
}

/** The object is larger than the caller allows. */
export class ObjectTooLargeError extends StorageError {
  override name = 'ObjectTooLargeError';
}

/** What a photo says about having been made by AI, read before its metadata is taken away. */
export interface Provenance {
  /** The IPTC term's URI as it stands in the XMP, if it names AI as the maker. */
  digitalSourceType: string | null;
  /** A C2PA manifest (JUMBF) is present; it was not verified. */
  c2pa: boolean;
}

/** A clean photo: upright, sRGB, without any metadata, written to the output path. */
export interface ReadPhoto {
  contentType: 'image/jpeg' | 'image/png';
  /** Pixels, upright, of the clean photo. */
  width: number;
  height: number;
  /** Bytes of the clean photo. */
  byteSize: number;
  /** MIME type of what came in, told by its bytes. */
  originalType: string;
  /** The input had several frames; the first was taken. */
  animated: boolean;
  provenance: Provenance;
}

export type PhotoErrorCode = 'unsupported_image' | 'image_too_large' | 'corrupt_image';

/** The photo cannot be used. `detail` is a sentence for the visitor that names the reason. */
export class PhotoError extends Error {
  override name = 'PhotoError';
  readonly code: PhotoErrorCode;
  readonly detail: string;

  constructor(code: PhotoErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.detail = detail;
  }
}

export interface PhotoReader {
  /**
   * Reads a visitor's file and writes the clean photo. Throws PhotoError when the photo is at fault, the signal's
   * reason when canceled; in both cases nothing stands at `output`.
   */
  read(input: string, output: string, o?: { signal?: AbortSignal }): Promise<ReadPhoto>;
  close(): Promise<void>;
}

export interface PhotoReaderOptions {
  /** Photos decoded at the same time, each in a process of its own. */
  concurrency: number;
  /** One read's limit, waiting in line not counted. */
  timeoutMs: number;
  /** A decoding process that grows beyond this is ended, and its photo refused. */
  maxRssBytes: number;
  /** Told after each read that ended by itself: what it took. */
  onUsage?: (usage: PhotoUsage) => void;
}

export interface PhotoUsage {
  ms: number;
  /** The process's highest resident memory during the read, bytes; since its start where that cannot be told. */
  peakRssBytes: number;
}

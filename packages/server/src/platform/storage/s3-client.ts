import { createHash } from 'node:crypto';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { StorageError, type S3StoreSettings } from './blob-store.ts';

/** Nothing sent or received for this long: the connection is given up. */
export const idleMs = 30_000;

export function s3Client(settings: Omit<S3StoreSettings, 'kind'>): S3Client {
  const client = new S3Client({
    region: settings.region,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    forcePathStyle: settings.forcePathStyle,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    // The default puts the checksum of an empty body into presigned PUTs, which R2 refuses.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: idleMs, requestTimeout: 120_000 },
  });
  useContentMd5ForDeletes(client);
  return client;
}

/**
 * Deleting many objects needs a checksum. The SDK sends CRC32 whatever the settings say, and many S3-compatible
 * stores know only Content-MD5 there, which Amazon takes as well (aws/aws-sdk-js-v3#6819).
 */
function useContentMd5ForDeletes(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== 'DeleteObjectsCommand') return next(args);
      const request = args.request as { headers: Record<string, string>; body: string | Uint8Array };
      for (const name of Object.keys(request.headers))
        if (/^x-amz-(?:sdk-)?checksum/i.test(name)) delete request.headers[name];
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'contentMd5ForDeletes' },
  );
}

export const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (error.name === 'NoSuchKey' || (error.name === 'NotFound' && error.$metadata.httpStatusCode === 404));

export const isUnsatisfiableRange = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (error.name === 'InvalidRange' || error.$metadata.httpStatusCode === 416);

/** Whether another try of a whole upload makes sense: the network failed, or the store was busy. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return !(error instanceof TypeError);
  const status = error.$metadata.httpStatusCode ?? 0;
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

const sentences: Record<string, string> = {
  NoSuchBucket: 'the bucket does not exist',
  AccessDenied: 'the key may not read, write and delete in the bucket',
  Forbidden: 'the key may not read, write and delete in the bucket',
  InvalidAccessKeyId: 'the access key is not known there',
  SignatureDoesNotMatch: 'the secret key is wrong',
  RequestTimeTooSkewed: "this machine's clock is wrong",
  PermanentRedirect: 'the bucket lies in another region',
  AuthorizationHeaderMalformed: 'the bucket lies in another region',
  ENOTFOUND: 'the host name is not known',
  ECONNREFUSED: 'nothing answers there',
  TimeoutError: 'it does not answer in time',
};

/** One sentence for the operator; the SDK's own error stays as its cause. */
export function s3Error(doing: string, error: unknown): unknown {
  if (error instanceof StorageError || error instanceof TypeError || error instanceof RangeError)
    return error;
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  const why =
    sentences[name ?? ''] ??
    sentences[code ?? ''] ??
    `${name ?? 'Error'}: ${message || code || 'no reason given'}`;
  return new StorageError(`The object storage failed ${doing}: ${why}`, { cause: error });
}

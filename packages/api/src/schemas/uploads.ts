import { z } from 'zod';
import { photoTypes } from '../names.ts';
import { id, text, timestamp } from './common.ts';

export const UploadRequest = z
  .strictObject({
    content_type: z.enum(photoTypes),
    byte_size: z.int().positive(),
    filename: text(255).optional(),
  })
  .meta({ id: 'UploadRequest' });

export const UploadFromUrl = z
  .strictObject({
    source_url: z
      .string()
      .min(1)
      .max(2048)
      .meta({ description: 'Where the photo is on the web', example: 'https://shop.example/cup.jpg' }),
    filename: text(255).optional(),
  })
  .meta({ id: 'UploadFromUrl', description: 'A photo that is fetched for you; with secret keys only' });

export const PendingUpload = z
  .object({
    id: id('upl', 'The upload'),
    put_url: z.url().meta({ description: 'PUT exactly the announced bytes here, then complete the upload' }),
    put_headers: z.record(z.string(), z.string()).meta({ description: 'Headers to send with the PUT' }),
    expires_at: timestamp,
  })
  .meta({ id: 'PendingUpload' });

export const Upload = z
  .object({
    id: id('upl', 'The upload'),
    status: z.enum(['waiting', 'processing', 'ready', 'failed']),
    content_type: z.string().nullable(),
    width: z.int().nullable().meta({ description: 'Pixels, upright' }),
    height: z.int().nullable(),
    byte_size: z.int().nullable(),
    photo_url: z.url().nullable().meta({ description: 'The clean photo: upright, without metadata' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: 'Upload' });

export type UploadRequest = z.infer<typeof UploadRequest>;
export type UploadFromUrl = z.infer<typeof UploadFromUrl>;
export type PendingUpload = z.infer<typeof PendingUpload>;
export type Upload = z.infer<typeof Upload>;

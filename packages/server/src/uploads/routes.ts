import { createRoute, z } from '@hono/zod-openapi';
import { PendingUpload, Upload, UploadFromUrl, UploadRequest } from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import { notFound } from '../platform/http/problem.ts';
import { answers, jsonBody } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import { decodeId } from '../platform/ids.ts';
import { requireUnlessVisitor, type PrincipalEnv } from '../sites/index.ts';
import { uploadFromUrl, type FromUrlParts } from './from-url.ts';
import { announceUpload, completeUpload, presentUpload, readUpload } from './uploads.ts';

const idParam = z.object({ id: z.string().max(100).meta({ description: 'The upload', example: 'upl_…' }) });
const tags = ['Uploads'];

const create = createRoute({
  method: 'post',
  path: '/v1/uploads',
  tags,
  summary: 'Announce a photo',
  description:
    'Answers with a URL. PUT exactly the announced bytes there, then complete the upload. Servers may give the `source_url` of a photo on the web instead: it is fetched and read at once, and the answer is the upload.',
  request: { body: jsonBody(z.union([UploadRequest, UploadFromUrl])) },
  responses: answers(201, z.union([PendingUpload, Upload]), 'Where to PUT the photo, or the fetched one', [
    'unauthenticated',
    'forbidden',
    'image_too_large',
    'limit_reached',
    'source_unavailable',
    'unsupported_image',
    'corrupt_image',
  ]),
});

const complete = createRoute({
  method: 'post',
  path: '/v1/uploads/{id}/complete',
  tags,
  summary: 'Have the photo read',
  description:
    'Sniffs what the bytes really are, decodes them within limits, turns the photo upright and removes all metadata.',
  request: { params: idParam },
  responses: answers(200, Upload, 'The photo is ready', [
    'unauthenticated',
    'forbidden',
    'not_found',
    'conflict',
    'gone',
    'image_too_large',
    'unsupported_image',
    'corrupt_image',
    'unavailable',
  ]),
});

const get = createRoute({
  method: 'get',
  path: '/v1/uploads/{id}',
  tags,
  summary: 'One upload',
  request: { params: idParam },
  responses: answers(200, Upload, 'The upload', ['unauthenticated', 'forbidden', 'not_found', 'gone']),
});

function uuidOf(id: string): string {
  const uuid = decodeId('upl', id);
  if (uuid === null) throw notFound('upload');
  return uuid;
}

export function uploadRoutes(parts: FromUrlParts, authenticated: MiddlewareHandler<PrincipalEnv>) {
  const router = createRouter<PrincipalEnv>();
  router.use('/v1/uploads/*', authenticated);

  router.openapi(create, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:write');
    const request = c.req.valid('json');
    if ('source_url' in request) {
      const row = await uploadFromUrl(parts, c.var.principal, request);
      return c.json(await presentUpload(parts.storage, row), 201);
    }
    return c.json(await announceUpload(parts, c.var.principal, request), 201);
  });
  router.openapi(complete, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:write');
    const row = await completeUpload(parts, c.var.principal, uuidOf(c.req.valid('param').id));
    return c.json(await presentUpload(parts.storage, row), 200);
  });
  router.openapi(get, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:read');
    const row = await readUpload(parts, c.var.principal, uuidOf(c.req.valid('param').id));
    return c.json(await presentUpload(parts.storage, row), 200);
  });
  return router;
}

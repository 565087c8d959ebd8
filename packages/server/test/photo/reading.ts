import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import {
  openPhotoReader,
  PhotoError,
  type PhotoReader,
  type PhotoUsage,
  type ReadPhoto,
} from '../../src/uploads/photo/index.ts';
import type { Colour } from './images.ts';

export interface Reading {
  reader: PhotoReader;
  folder: string;
  usage: PhotoUsage[];
  /** Reads bytes as the server does, and gives the clean file back. */
  read(bytes: Uint8Array): Promise<{ photo: ReadPhoto; file: Buffer }>;
  /** Reads bytes that must be refused, leaving nothing. */
  refuse(bytes: Uint8Array): Promise<PhotoError>;
  close(): Promise<void>;
}

export async function openReading(
  options: Partial<Parameters<typeof openPhotoReader>[0]> = {},
): Promise<Reading> {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-photo-test-'));
  const usage: PhotoUsage[] = [];
  const reader = openPhotoReader({
    concurrency: 1,
    timeoutMs: 20_000,
    maxRssBytes: 2_200_000_000,
    onUsage: (one) => usage.push(one),
    ...options,
  });
  let count = 0;
  const paths = async (bytes: Uint8Array): Promise<{ input: string; output: string }> => {
    const number = ++count;
    const input = join(folder, `in-${number}`);
    await writeFile(input, bytes);
    return { input, output: join(folder, `out-${number}`) };
  };
  return {
    reader,
    folder,
    usage,
    async read(bytes) {
      const { input, output } = await paths(bytes);
      const photo = await reader.read(input, output);
      const file = await readFile(output);
      expect(file).toHaveLength(photo.byteSize);
      return { photo, file };
    },
    async refuse(bytes) {
      const { input, output } = await paths(bytes);
      const error: unknown = await reader.read(input, output).then(
        (photo) => photo,
        (reason: unknown) => reason,
      );
      expect(existsSync(output)).toBe(false);
      if (error instanceof PhotoError) return error;
      throw new Error(`Expected a refusal, got ${JSON.stringify(error)}`, { cause: error });
    },
    async close() {
      await reader.close();
      const left = (await readdir(folder)).filter((name) => !/^(?:in|out)-\d+$/.test(name));
      await rm(folder, { recursive: true, force: true });
      expect(left).toEqual([]);
    },
  };
}

/** The colours in the middle of the four quarters: above left, above right, below left, below right. */
export async function quartersOf(file: Buffer): Promise<Colour[]> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Colour => {
    const from = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
}

/** Each channel within the tolerance. */
export function expectColours(actual: Colour[], expected: Colour[], tolerance = 12): void {
  const worst = Math.max(
    ...actual.flatMap((colour, i) => colour.map((value, j) => Math.abs(value - (expected[i]?.[j] ?? 999)))),
  );
  expect(worst, `${JSON.stringify(actual)} against ${JSON.stringify(expected)}`).toBeLessThanOrEqual(
    tolerance,
  );
}

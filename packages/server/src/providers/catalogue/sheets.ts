import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelSheet, type SheetOf } from './sheet.ts';

const folder = join(import.meta.dirname, 'models');

function read(name: string): ModelSheet {
  const parsed = ModelSheet.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`the model sheet ${name} is wrong: ${z.prettifyError(parsed.error)}`);
}

let all: ModelSheet[] | undefined;

/** Every model sheet, by name of its file. A sheet that contradicts itself stops the start. */
export function modelSheets(): readonly ModelSheet[] {
  all ??= readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map(read);
  return all;
}

export const sheetsOf = <P extends ModelSheet['provider']>(provider: P): SheetOf<P>[] =>
  modelSheets().filter((sheet): sheet is SheetOf<P> => sheet.provider === provider);

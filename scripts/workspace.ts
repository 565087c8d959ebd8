import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** PATH with the programs of the workspace first, so that a script works however it was started. */
export const pathWithBins = (...folders: string[]): string =>
  [...folders, root]
    .map((folder) => join(folder, 'node_modules', '.bin'))
    .concat(process.env['PATH'] ?? '')
    .join(delimiter);

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

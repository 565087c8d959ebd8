import { api } from './api.ts';

/** Gives a file to the browser, as a link with `download` would. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Saves an answer of the API as a file: a plain link could not say whose tenant is meant. */
export async function download(path: string, query: Record<string, string>, name: string): Promise<void> {
  saveFile(await api.file(path, query), name);
}

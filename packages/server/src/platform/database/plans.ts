import { createHash } from 'node:crypto';

/*
 * Names of prepared statements. A connection keeps a statement as it was when it was prepared; after a migration
 * changed what it returns, running it fails for good. Then all names change, and every connection prepares anew.
 */
let generation = 0;

/** Whether the error is that of a statement prepared before a migration. Nothing has been run then. */
export function isStalePlan(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '0A000' && message?.includes('cached plan') === true;
}

/** Makes every connection prepare its statements anew. */
export function forgetPlans(): void {
  generation++;
  names.clear();
}

/** The name by which connections know a statement at present. */
export const planName = (name: string): string => (generation === 0 ? name : `${name}@${generation}`);

const names = new Map<string, string>();
// Texts of varying length (lists of values) would fill the server's memory with statements used once.
const maxNames = 500;

/** A name for a text; undefined when there are too many of them already. */
export function nameOfText(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = planName(`k_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`);
  names.set(text, name);
  return name;
}

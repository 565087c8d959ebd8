import type { Log } from '../log.ts';
export async function installQueues(
  _run: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>,
  _log: Log,
): Promise<void> {}

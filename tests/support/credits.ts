import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestServer } from './server.ts';

const script = fileURLToPath(new URL('../../packages/server/scripts/grant-credits.ts', import.meta.url));

/** What an operator types beside the running server; gives what the command says. */
export async function grantCredits(
  { dataDir }: TestServer,
  tenantId: string,
  credits: number,
  reason: string,
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, tenantId, String(credits), '--reason', reason],
    { env: { ...process.env, IMGVID_DATA_DIR: dataDir } },
  );
  return stdout.trim();
}

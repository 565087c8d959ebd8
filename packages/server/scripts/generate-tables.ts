/**
 * Writes src/platform/database/generated/tables.ts from the migrations, by means of a database that is thrown
 * away. Run after changing a migration: `node packages/server/scripts/generate-tables.ts`
 */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../src/platform/database/index.ts';
import { createLog } from '../src/platform/log.ts';
import { startEmbeddedPostgres } from '../src/platform/postgres/index.ts';
import { generateTables } from '../test/support/tables.ts';

const log = createLog({ level: 'info', env: 'development' });
const dataDir = join(tmpdir(), `imgvid-tables-${process.pid}`);
// Not mkdtemp: Postgres may run as another user, who has to enter the folder.
mkdirSync(dataDir, { mode: 0o755 });
const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } });
try {
  await migrate({ url: postgres.url, poolSize: 2, secret: 'thrown away with the database it is for' }, log);
  await generateTables(postgres.url, { verify: false });
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

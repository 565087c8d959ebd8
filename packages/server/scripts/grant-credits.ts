/**
 * `pnpm credits:grant <tenant> <credits> --reason "…" [--mode live|test]`: gives a tenant credits, live ones unless
 * told otherwise, in the database that the server's settings name. Run it beside the server, with the same settings.
 */
import { parseArgs } from 'node:util';
import { grantByOperator } from '../src/billing/index.ts';
import { ConfigError, loadConfig, type Config } from '../src/config.ts';
import { systemClock } from '../src/platform/clock.ts';
import { DatabaseSetupError, openDatabase } from '../src/platform/database/index.ts';
import { decodeId } from '../src/platform/ids.ts';
import { createLog } from '../src/platform/log.ts';
import { EmbeddedPostgresError, runningPostgresUrl } from '../src/platform/postgres/index.ts';

const usage = 'pnpm credits:grant <tenant id> <credits> --reason "why" [--mode live|test]';
const most = 1_000_000_000;

/** What is wrong with the command, in a sentence. */
class Mistake extends Error {}

/** Node's own words for options that there are not tell of its parser. */
function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { mode: { type: 'string', default: 'live' }, reason: { type: 'string' } },
    });
  } catch {
    throw new Mistake(`It is: ${usage}`);
  }
}

function asked() {
  const { values, positionals } = parsed();
  const [id = '', credits = ''] = positionals;
  const { mode, reason = '' } = values;
  if (positionals.length !== 2) throw new Mistake(`It is: ${usage}`);
  const tenantId = decodeId('tenant', id);
  if (tenantId === null)
    throw new Mistake(`“${id}” is no tenant's id. The console shows it under Settings: tenant_…`);
  const amount = Number(credits);
  if (!/^\d+$/.test(credits) || amount < 1 || amount > most)
    throw new Mistake(`“${credits}” is no whole number of credits from 1 to ${most}.`);
  if (reason.trim() === '' || reason.length > 200 || /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(reason))
    throw new Mistake(
      'Give a --reason on one line, of at most 200 characters: the tenant reads it in its ledger.',
    );
  if (mode !== 'live' && mode !== 'test') throw new Mistake('--mode is live or test.');
  return { id, tenantId, amount, reason: reason.trim(), mode } as const;
}

async function databaseUrl(config: Config): Promise<string> {
  const url = config.database.url ?? (await runningPostgresUrl(config.dataDir));
  if (url === null)
    throw new Mistake(
      `No server runs on the data folder ${config.dataDir}: start it first, and run this beside it.`,
    );
  return url;
}

async function main(): Promise<void> {
  const { id, ...grant } = asked();
  const config = loadConfig(process.env);
  const { appUrl, systemUrl } = config.database;
  const url = await databaseUrl(config);
  const settings = { url, appUrl, systemUrl, poolSize: 1, secret: config.secret };
  const database = await openDatabase(settings, createLog({ level: 'error', env: config.env }));
  try {
    const balance = await grantByOperator(database, systemClock, grant);
    if (balance === null) throw new Mistake(`There is no tenant ${id} in this database.`);
    process.stdout.write(`${id} has ${grant.amount} more ${grant.mode} credits, and ${balance} to spend.\n`);
  } finally {
    await database.close();
  }
}

const isForPeople = (error: unknown): error is Error =>
  error instanceof Mistake ||
  error instanceof ConfigError ||
  error instanceof DatabaseSetupError ||
  error instanceof EmbeddedPostgresError;

try {
  await main();
} catch (error) {
  if (!isForPeople(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

import ipaddr from 'ipaddr.js';
import { pino, type DestinationStream, type Logger } from 'pino';
import { readable } from './log-lines.ts';

/** pino's logger. What may stand in a line: see createLog. */
export type Log = Logger;

/**
 * The fields a line may have. What is not named here is left out, so that a body, a prompt, a token or a whole
 * address cannot get into the log by being part of something that is logged. Names of fields left out are told,
 * so that whoever misses one finds this list.
 */
const allowed = new Set([
  ...['err', 'code', 'reason', 'purpose', 'setting', 'version', 'role', 'port', 'folder'],
  ...['requestId', 'traceId', 'method', 'route', 'status', 'durationMs', 'ip', 'origin', 'bytes', 'count'],
  ...['tenantId', 'siteId', 'keyId', 'visitorId', 'uploadId', 'generationId', 'attemptId', 'holdId'],
  ...['queue', 'jobId', 'attempt', 'group', 'provider', 'model', 'move', 'ms', 'service', 'pid'],
]);

export interface LogOptions {
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  env: 'development' | 'production' | 'test';
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
}

/** JSON lines in production, lines for people otherwise. */
export function createLog({ level, env, destination }: LogOptions): Log {
  const target = destination ?? (env === 'production' ? pino.destination(1) : process.stdout);
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowedOf },
      serializers: { err: describeError },
    },
    env === 'production' ? target : readable(target),
  );
  // pino has no formatter for what children are given. They inherit this method, so theirs are covered too.
  const { child } = log;
  log.child = function allowedChild(this: Log, bindings, options) {
    return child.call(this, allowedOf(bindings), options) as never;
  };
  return log;
}

function allowedOf(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (allowed.has(name)) kept[name] = valueOf(name, value);
    else dropped.push(name);
  }
  if (dropped.length > 0) kept['leftOut'] = dropped.join(',').slice(0, 200);
  return kept;
}

const plain = new Set(['string', 'number', 'boolean', 'bigint']);

function valueOf(name: string, value: unknown): unknown {
  if (name === 'err' || value === null) return value;
  if (name === 'ip') return typeof value === 'string' ? truncateIp(value) : undefined;
  if (!plain.has(typeof value)) return undefined;
  return typeof value === 'string' ? value.replace(/\?.*/s, '').slice(0, 300) : value;
}

/**
 * What an error says of itself, without what a library may have put into it: Postgres errors carry the values
 * that broke a rule, HTTP errors carry requests.
 */
function describeError(error: unknown): unknown {
  if (!isErrorLike(error)) return { message: String(error).slice(0, 500) };
  const { code, constraint, table, cause } = error as Error & Record<string, unknown>;
  return {
    type: error.name ?? 'Error',
    message: error.message.slice(0, 1000),
    code: typeof code === 'string' ? code : undefined,
    constraint: typeof constraint === 'string' ? constraint : undefined,
    table: typeof table === 'string' ? table : undefined,
    stack: error.stack?.split('\n').slice(1, 12).join('\n'),
    cause: cause instanceof Error ? describeError(cause) : undefined,
  };
}

/** pg-boss hands over copies of errors, which are plain objects. */
const isErrorLike = (value: unknown): value is { message: string; name?: string; stack?: string } =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

/** An address good enough to see where load comes from and not good enough to tell a person: /24, or /48 of IPv6. */
export function truncateIp(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const kept = parsed.kind() === 'ipv4' ? 3 : 6;
  const bytes = parsed.toByteArray().map((byte, index) => (index < kept ? byte : 0));
  return ipaddr.fromByteArray(bytes).toString();
}

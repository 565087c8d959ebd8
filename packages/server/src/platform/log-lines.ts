import type { DestinationStream } from 'pino';

/** Turns pino's JSON lines into lines for people: `12:03:41 warn  what happened  name=value`. */
export function readable(target: DestinationStream): DestinationStream {
  return {
    write(line) {
      target.write(`${format(JSON.parse(line) as Line)}\n`);
    },
  };
}

interface Line {
  time: string;
  level: string;
  msg?: string;
  err?: ErrorFields;
}

interface ErrorFields {
  type?: string;
  message: string;
  stack?: string;
  cause?: ErrorFields;
}

function format({ time, level, msg = '', err, ...fields }: Line): string {
  const head = `${time.slice(11, 19)} ${level.padEnd(5)} ${msg}${pairs(fields)}`;
  return err === undefined ? head : `${head}\n${formatError(err)}`;
}

function formatError({ type = 'Error', message, stack = '', cause, ...more }: ErrorFields): string {
  const own = `         ${type}: ${message}${pairs(more)}\n${stack}`.trimEnd();
  return cause ? `${own}\n         because of\n${formatError(cause)}` : own;
}

const pairs = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `  ${name}=${String(value)}`)
    .join('');

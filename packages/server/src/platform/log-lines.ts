import type { DestinationStream } from 'pino';

/** Turns pino's JSON lines into lines for people: `12:03:41 warn  what happened  name=value`. */
export function readable(target: DestinationStream): DestinationStream {
  return {
    write(line) {
      target.write(`${format(JSON.parse(line) as Record<string, unknown>)}\n`);
    },
  };
}

function format({ time, level, msg, err, ...fields }: Record<string, unknown>): string {
  const pairs = Object.entries(fields).map(([name, value]) => `  ${name}=${String(value)}`);
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg ?? '')}${pairs.join('')}`;
  return err === undefined ? head : `${head}\n${formatError(err as Record<string, unknown>)}`;
}

function formatError({ type, message, stack, cause, ...more }: Record<string, unknown>): string {
  const pairs = Object.entries(more).map(([name, value]) => ` ${name}=${String(value)}`);
  const own =
    `         ${String(type ?? 'Error')}: ${String(message)}${pairs.join('')}\n${String(stack ?? '')}`.trimEnd();
  return cause ? `${own}\n         because of\n${formatError(cause as Record<string, unknown>)}` : own;
}

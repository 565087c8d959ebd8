import { parseArgs } from 'node:util';
import { aspectRatios, cameraMoves, easings, resolutions } from '../moves/index.ts';
import { framings } from '../framing/index.ts';
import type { RenderRequest } from '../request.ts';

/** A command that makes no sense, in the words of who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Look = Omit<RenderRequest, 'photo' | 'output' | 'onProgress' | 'signal'>;

export interface Options {
  photos: string[];
  out: string;
  force: boolean;
  json: boolean;
  quiet: boolean;
  jobs: number | null;
  extras: Record<'poster' | 'thumbnails' | 'storyboard' | 'preview' | 'webm', boolean>;
  look: Look;
}

const flag = { type: 'boolean' } as const;
const value = (short?: string) => ({ type: 'string' as const, ...(short && { short }) });

const definitions = {
  move: { type: 'string', short: 'm', multiple: true },
  strength: value(),
  focus: value(),
  easing: value(),
  depth: value(),
  framing: value(),
  loop: flag,
  seed: value(),
  duration: value('d'),
  resolution: value('r'),
  aspect: value('a'),
  fps: value(),
  background: value(),
  'max-size': value(),
  'silent-audio': flag,
  poster: flag,
  thumbnails: flag,
  storyboard: flag,
  preview: flag,
  webm: flag,
  out: value('o'),
  force: { type: 'boolean', short: 'f' },
  jobs: value('j'),
  json: flag,
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: flag,
} as const;

type Values = ReturnType<typeof read>['values'];

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: definitions, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split('. ')[0]?.replace(/\.?$/, '.') ?? message);
  }
}

/** Reads the command line; throws a UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' | 'version' {
  const { values, positionals } = read(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (positionals.length === 0) throw new UsageError('Name at least one photo.');
  return {
    photos: positionals,
    out: values.out ?? '.',
    force: values.force ?? false,
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    jobs: values.jobs === undefined ? null : number('jobs', values.jobs, 1, 64, true),
    extras: {
      poster: values.poster ?? false,
      thumbnails: values.thumbnails ?? false,
      storyboard: values.storyboard ?? false,
      preview: values.preview ?? false,
      webm: values.webm ?? false,
    },
    look: lookOf(values),
  };
}

function lookOf(values: Values): Look {
  const moves = (values.move ?? ['push_in']).flatMap((list) => list.split(','));
  if (moves.length > 3) throw new UsageError('--move takes three moves at most.');
  return {
    move: moves.map((name) => oneOf('move', name.trim().replaceAll('-', '_'), cameraMoves)),
    strength: number('strength', values.strength ?? '0.5', 0, 1),
    easing: oneOf('easing', values.easing ?? 'smooth', easings),
    depth: oneOf('depth', values.depth ?? 'auto', ['auto', 'flat', 'layers'] as const),
    framing: oneOf('framing', values.framing ?? 'auto', framings),
    loop: values.loop ?? false,
    seed: number('seed', values.seed ?? '0', 0, Number.MAX_SAFE_INTEGER, true),
    durationS: number('duration', (values.duration ?? '5').replace(/s$/, ''), 3, 10),
    resolution: oneOf('resolution', values.resolution ?? '720p', resolutions),
    aspectRatio: oneOf('aspect', values.aspect ?? 'source', aspectRatios),
    fps: oneOf('fps', Number(values.fps ?? 30), [24, 30, 60] as const),
    silentAudio: values['silent-audio'] ?? false,
    ...(values.focus !== undefined && { focus: point(values.focus) }),
    ...(values.background !== undefined && { background: colour(values.background) }),
    ...(values['max-size'] !== undefined && { maxBytes: bytes(values['max-size']) }),
  };
}

function number(name: string, text: string, low: number, high: number, whole = false): number {
  const read = text.trim() === '' ? Number.NaN : Number(text);
  const kind = whole ? 'a whole number' : 'a number';
  if (!(read >= low && read <= high) || (whole && !Number.isSafeInteger(read)))
    throw new UsageError(
      high === Number.MAX_SAFE_INTEGER
        ? `--${name} must be ${kind}, ${low} or more; it was ${text}.`
        : `--${name} must be ${kind} from ${low} to ${high}; it was ${text}.`,
    );
  return read;
}

function oneOf<T extends string | number>(name: string, given: string | number, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined)
    throw new UsageError(`--${name} must be one of ${allowed.join(', ')}; it was ${given}.`);
  return found;
}

function point(text: string): { x: number; y: number } {
  const [x = '', y = '', ...more] = text.split(',');
  if (more.length > 0 || y === '')
    throw new UsageError(`--focus must be X,Y such as 0.5,0.3; it was ${text}.`);
  return { x: number('focus', x, 0, 1), y: number('focus', y, 0, 1) };
}

function colour(text: string): string {
  const [, digits] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text) ?? [];
  if (!digits) throw new UsageError(`--background must be a colour such as #ffffff; it was ${text}.`);
  return `#${digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits}`;
}

const units: Record<string, number> = { '': 1, k: 1e3, m: 1e6, ki: 1024, mi: 1024 ** 2 };

function bytes(text: string): number {
  const [, count, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) ?(k|m|ki|mi)?b?$/i.exec(text) ?? [];
  const size = Math.floor(Number(count) * (units[unit.toLowerCase()] ?? Number.NaN));
  if (!(size > 0)) throw new UsageError(`--max-size must be a size such as 4MB or 900kB; it was ${text}.`);
  return size;
}

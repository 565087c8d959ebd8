import { z } from 'zod';
import { errorCodes, type ErrorCode } from '../errors.ts';

/** A prefixed, sortable id: UUIDv7 in Crockford base32 behind the kind of thing it names. */
export const id = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description: what, example: `${prefix}_01kc9p3tkqfv7rjv8x4m2n6s0d` });

/** Text of the caller's own. Databases keep neither U+0000 nor half a surrogate pair, so it may hold neither. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0\p{Cs}]*$/u, 'Unicode text without the character U+0000');

/** A moment to compare with: the calendar of databases knows no year 0. */
export const timestampToCompare = z.iso
  .datetime()
  .refine((moment) => !moment.startsWith('0000'), 'a year from 0001 on')
  .meta({ example: '2026-11-24T09:30:00.000Z' });

export const timestamp = z.iso.datetime().meta({ example: '2026-11-24T09:30:00.000Z' });

export const page = <T extends z.ZodType>(item: T, name: string) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() }).meta({ id: name });

/** What a browser has to do before it gets a session. */
export const Challenge = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('proof_of_work'),
      challenge: z.record(z.string(), z.unknown()).meta({ description: 'A challenge of ALTCHA, version 2' }),
    }),
    z.object({ type: z.literal('turnstile'), site_key: z.string() }),
  ])
  .meta({ id: 'Challenge' });
export type Challenge = z.infer<typeof Challenge>;

export const Problem = z
  .object({
    type: z.string().meta({ description: 'A URI that names the problem and explains it' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().meta({ description: 'A sentence for the person at the screen' }),
    hint: z.string().optional().meta({ description: 'What the developer can do about it' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'On invalid input: each field that was wrong' }),
    challenge: Challenge.optional().meta({ description: 'With `challenge_required`: what to do first' }),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

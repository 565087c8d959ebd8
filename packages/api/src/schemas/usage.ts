import { z } from 'zod';
import { id } from './common.ts';

export const usageGroups = ['day', 'site', 'model', 'status'] as const;

const day = z.iso.date().meta({ example: '2026-11-24' });

export const UsageQuery = z.object({
  from: day.meta({ description: 'First day, of UTC' }),
  to: day.meta({ description: 'Last day, included; at most 366 after the first' }),
  group_by: z
    .string()
    .default('day')
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(usageGroups)).min(1))
    .meta({ description: 'One or more of day, site, model, status, with commas between them' }),
  site_id: id('site', 'Only this site').optional(),
  mode: z.enum(['test', 'live']).optional().meta({ description: 'For members; a key tells its own mode' }),
});

const counts = {
  videos: z.int().meta({ description: 'Generations asked for' }),
  succeeded: z.int(),
  failed: z.int().meta({ description: 'Failed or expired; nothing was charged' }),
  canceled: z.int(),
  credits: z.int().meta({ description: 'Charged for those that succeeded' }),
};

export const UsageRow = z
  .object({
    day: day.optional(),
    site_id: id('site', 'The site; null: made by your own server').nullable().optional(),
    model: z.string().optional(),
    status: z.string().optional(),
    ...counts,
  })
  .meta({ id: 'UsageRow', description: 'Has the fields that were grouped by' });

export const Usage = z
  .object({
    mode: z.enum(['test', 'live']),
    from: day,
    to: day,
    total: z.object(counts),
    data: z.array(UsageRow),
  })
  .meta({ id: 'Usage' });

export type UsageQuery = z.infer<typeof UsageQuery>;
export type UsageRow = z.infer<typeof UsageRow>;
export type Usage = z.infer<typeof Usage>;

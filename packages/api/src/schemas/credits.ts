import { z } from 'zod';
import { id, page, timestamp } from './common.ts';

export const Credits = z
  .object({
    mode: z.enum(['test', 'live']),
    available: z.int(),
    held: z.int().meta({ description: 'Set aside for generations under way' }),
    spent: z.int(),
  })
  .meta({ id: 'Credits' });

export const CreditEntry = z
  .object({
    id: id('trf', 'The transfer'),
    kind: z.enum(['grant', 'purchase', 'hold', 'capture', 'release', 'refund', 'expire', 'adjust']),
    amount: z.int().positive(),
    from: z.string(),
    to: z.string(),
    generation_id: id('gen', 'What it was for').nullable(),
    reason: z.string().nullable(),
    created_at: timestamp,
  })
  .meta({ id: 'CreditEntry' });

export const CreditEntryList = page(CreditEntry, 'CreditEntryList');

export type Credits = z.infer<typeof Credits>;
export type CreditEntry = z.infer<typeof CreditEntry>;
export type CreditEntryList = z.infer<typeof CreditEntryList>;

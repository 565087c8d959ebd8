import { z } from 'zod';
import { id, timestamp } from './common.ts';
import { SiteLook } from './site-look.ts';

export const VisitorSessionRequest = z
  .strictObject({
    key: z.string().min(1).max(200).meta({ description: 'Publishable key, `pk_…`', example: 'pk_test_demo' }),
    visitor_id: id('vis', 'The visitor of an earlier session, to keep his videos').optional(),
    visitor_proof: z.string().max(2000).optional().meta({
      description: 'What the earlier session gave beside `visitor_id`; without it the visitor is a new one',
    }),
    visitor_jwt: z.string().max(4000).optional().meta({
      description:
        'A token your own server signed for the visitor it knows: his videos then follow him to every device',
    }),
    proof_of_work: z.string().max(4000).optional().meta({
      description: 'The solution of the challenge that `challenge_required` gave',
    }),
    turnstile_token: z.string().max(2048).optional(),
  })
  .meta({ id: 'VisitorSessionRequest' });

export const VisitorSession = z
  .object({
    token: z
      .string()
      .meta({ description: 'Bearer token, good for ten minutes, for this origin and visitor' }),
    expires_at: timestamp,
    visitor_id: id('vis', 'Random id of the visitor'),
    visitor_proof: z.string().meta({ description: 'Send it with `visitor_id` to be the same visitor again' }),
    site: z.object({
      id: id('site', 'The site of the key'),
      name: z.string(),
      mode: z.enum(['test', 'live']),
      look: SiteLook,
    }),
    consent: z.object({
      required: z.boolean(),
      policy_version: z.string().nullable(),
      choices: z.record(z.string(), z.boolean()),
    }),
    age: z.object({ required: z.boolean(), minimum: z.int() }),
  })
  .meta({ id: 'VisitorSession' });

export type VisitorSessionRequest = z.infer<typeof VisitorSessionRequest>;
export type VisitorSession = z.infer<typeof VisitorSession>;

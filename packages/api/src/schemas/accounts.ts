import { z } from 'zod';
import { permissionNames, roles } from '../permissions.ts';
import { id, timestamp } from './common.ts';

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\u202A-\u202E\u2066-\u2069\p{Zl}\p{Zp}]*$/u, 'text on one line');

export const email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email('an e-mail address such as ada@example.com'))
  .meta({ example: 'ada@example.com' });
export const personName = line(100);
export const tenantName = line(200);
export const password = z.string().min(1).max(200).meta({ format: 'password' });
export const token = z
  .string()
  .regex(/^[\w-]{20,100}$/)
  .meta({ description: 'From the link in the mail' });

export const MailSent = z
  .object({ status: z.literal('mail_sent') })
  .meta({ id: 'MailSent', description: 'The answer is the same whether or not the address has an account' });

export const EmailRequest = z.strictObject({ email }).meta({ id: 'EmailRequest' });
export const TokenRequest = z.strictObject({ token }).meta({ id: 'TokenRequest' });

export const SignUpCompletion = z
  .strictObject({
    token,
    name: personName,
    password: password.optional().meta({ description: 'Left out: sign in by links' }),
    tenant_name: tenantName.meta({ description: 'Your company, shop or project' }),
  })
  .meta({ id: 'SignUpCompletion' });

export const PasswordResetCompletion = z
  .strictObject({ token, password })
  .meta({ id: 'PasswordResetCompletion' });

export const SessionRequest = z.strictObject({ email, password }).meta({ id: 'SessionRequest' });

const secondFactorMethods = ['passkey', 'totp', 'recovery_code'] as const;

export const SessionState = z
  .object({
    status: z.enum(['signed_in', 'second_factor_required']),
    methods: z
      .array(z.enum(secondFactorMethods))
      .meta({ description: 'With `second_factor_required`: what can be given' }),
  })
  .meta({ id: 'SessionState' });

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]+$/, 'base64url');
/** As the browser's `toJSON()` gives it; what is not needed is left aside. */
const credentialOf = <T extends z.ZodRawShape>(response: T) =>
  z.object({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    response: z.object(response),
    clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
    authenticatorAttachment: z.string().max(40).optional(),
  });
export const PasskeyAnswer = credentialOf({
  clientDataJSON: base64url(4000),
  authenticatorData: base64url(4000),
  signature: base64url(4000),
  userHandle: base64url(200).nullish(),
}).meta({ id: 'PasskeyAnswer', description: 'What navigator.credentials.get() gave' });
export const PasskeySignIn = z.strictObject({ credential: PasskeyAnswer }).meta({ id: 'PasskeySignIn' });
export const PasskeyOptions = z
  .object({ options: z.record(z.string(), z.unknown()) })
  .meta({ id: 'PasskeyOptions', description: 'Good once, for five minutes' });
const passkeyName = line(100).meta({ example: 'My phone' });
export const NewPasskeyRequest = z
  .strictObject({
    name: passkeyName,
    credential: credentialOf({
      clientDataJSON: base64url(4000),
      attestationObject: base64url(20_000),
      transports: z.array(z.string().max(40)).max(10).optional(),
    }).meta({ description: 'What navigator.credentials.create() gave' }),
  })
  .meta({ id: 'NewPasskeyRequest' });
export const Passkey = z
  .object({
    id: id('passkey', 'The passkey'),
    name: z.string(),
    backed_up: z.boolean().meta({ description: 'Kept beyond one device' }),
    created_at: timestamp,
    last_used_at: timestamp.nullable(),
  })
  .meta({ id: 'Passkey' });
export const PasskeyList = z.object({ data: z.array(Passkey) }).meta({ id: 'PasskeyList' });
export const PasskeyRename = z.strictObject({ name: passkeyName }).meta({ id: 'PasskeyRename' });
export const NewPasskey = z
  .object({
    passkey: Passkey,
    recovery_codes: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Shown this once, with the first second factor' }),
  })
  .meta({ id: 'NewPasskey' });

export const Proof = z
  .strictObject({
    password: password.optional(),
    code: z
      .string()
      .regex(/^\d{6}$/, 'six digits')
      .optional()
      .meta({ description: 'Of the authenticator app' }),
    recovery_code: z.string().min(8).max(40).optional(),
    passkey: PasskeyAnswer.optional(),
  })
  .refine(
    (proof) => Object.values(proof).filter((one) => one !== undefined).length === 1,
    'exactly one proof',
  )
  .meta({ id: 'Proof' });

const Session = z
  .object({
    id: id('ses', 'The session'),
    current: z.boolean(),
    device: z.string().meta({ example: 'Firefox on Linux' }),
    network: z.string().meta({ description: 'Where it began: the address without its end' }),
    second_factor: z.boolean(),
    created_at: timestamp,
    last_seen_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: 'Session' });
export const SessionList = z.object({ data: z.array(Session) }).meta({ id: 'SessionList' });

const Membership = z
  .object({
    tenant: z.object({
      id: id('tenant', 'Send it as ImgVid-Tenant'),
      name: z.string(),
      status: z.enum(['active', 'suspended']),
    }),
    role: z.enum(roles),
    permissions: z.array(z.enum(permissionNames)),
    second_factor_missing: z
      .boolean()
      .meta({ description: 'The tenant demands a second factor and you have none: nothing of it opens' }),
  })
  .meta({ id: 'Membership' });

export const Account = z
  .object({
    id: id('person', 'You'),
    email: z.string(),
    name: z.string(),
    has_password: z.boolean(),
    second_factor: z.object({
      totp: z.boolean(),
      passkeys: z.int(),
      recovery_codes_left: z.int(),
    }),
    memberships: z.array(Membership),
    confirmed_until: timestamp.nullable().meta({
      description: 'Until then dangerous acts need no new proof; see POST /v1/sessions/current/confirm',
    }),
    created_at: timestamp,
  })
  .meta({ id: 'Account' });

export const AccountDeletion = z
  .strictObject({ email: z.string().max(254).meta({ description: 'Yours, typed by whoever means it' }) })
  .meta({ id: 'AccountDeletion' });
export const PasswordChange = z.strictObject({ password }).meta({ id: 'PasswordChange' });
export const TotpSetup = z
  .object({ secret: z.string(), uri: z.string().meta({ description: 'For a QR code' }) })
  .meta({ id: 'TotpSetup' });
export const TotpConfirmation = z
  .strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') })
  .meta({ id: 'TotpConfirmation' });
export const RecoveryCodes = z
  .object({ recovery_codes: z.array(z.string()).meta({ description: 'Shown this once; each works once' }) })
  .meta({ id: 'RecoveryCodes' });

export type SignUpCompletion = z.infer<typeof SignUpCompletion>;
export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionState = z.infer<typeof SessionState>;
export type Proof = z.infer<typeof Proof>;
export type Account = z.infer<typeof Account>;
export type SessionList = z.infer<typeof SessionList>;
export type TotpSetup = z.infer<typeof TotpSetup>;
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;
export type Passkey = z.infer<typeof Passkey>;
export type PasskeyList = z.infer<typeof PasskeyList>;
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;
export type PasskeyOptions = z.infer<typeof PasskeyOptions>;
export type NewPasskey = z.infer<typeof NewPasskey>;
export type NewPasskeyRequest = z.infer<typeof NewPasskeyRequest>;

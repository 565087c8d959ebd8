import type { SessionState } from '@imgvid/api';
import type { Trx } from '../../platform/database/index.ts';
import { setSecondFactor } from '../people/store.ts';
import { listPasskeys } from './passkeys/store.ts';
import { findTotp, replaceRecoveryCodes } from './store.ts';

/** What the person can give as a second factor. */
export async function methodsOf(trx: Trx, personId: string): Promise<SessionState['methods']> {
  const [passkeys, totp] = [await listPasskeys(trx, personId), await findTotp(trx, personId)];
  return [
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
    ...(totp?.confirmed ? (['totp'] as const) : []),
    'recovery_code',
  ];
}

/** After a factor came or went: whether there is one at all. Without one there are no recovery codes either. */
export async function settleSecondFactor(trx: Trx, personId: string): Promise<boolean> {
  const has = (await methodsOf(trx, personId)).length > 1;
  await setSecondFactor(trx, personId, has);
  if (!has) await replaceRecoveryCodes(trx, personId, []);
  return has;
}

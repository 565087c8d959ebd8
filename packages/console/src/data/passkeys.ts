import type { NewPasskeyRequest, PasskeyAnswer, PasskeyOptions } from '@imgvid/api/types';
import { api } from './api.ts';

/** The person closed the browser's question, or had no passkey to answer it with. */
class NoPasskey extends Error {
  override readonly name = 'NoPasskey';
  override readonly message = 'No passkey was given. Try again, or go another way.';
}

/** Loaded when asked for: most visits need none of it. */
const library = () => import('@simplewebauthn/browser');

/** Browsers have it only on pages that came safely, and a passkey belongs to a host's name, which a number is not. */
export const canUsePasskeys = (): boolean =>
  'PublicKeyCredential' in globalThis && !/^[\d.]+$|:/.test(location.hostname);

async function given<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch {
    throw new NoPasskey();
  }
}

/** Asks the browser for any passkey of this server. */
export async function askPasskey(): Promise<PasskeyAnswer> {
  const [{ startAuthentication }, { options }] = await Promise.all([
    library(),
    api.post<PasskeyOptions>('/v1/sessions/passkey/options'),
  ]);
  return (await given(startAuthentication({ optionsJSON: options as never }))) as PasskeyAnswer;
}

/** Has the browser make a passkey of what the server asks for. */
export async function makePasskey(
  options: PasskeyOptions['options'],
): Promise<NewPasskeyRequest['credential']> {
  const { startRegistration } = await library();
  return (await given(
    startRegistration({ optionsJSON: options as never }),
  )) as NewPasskeyRequest['credential'];
}

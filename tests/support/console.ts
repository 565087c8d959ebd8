import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

interface Mail {
  to: string;
  subject: string;
  link?: { url: string };
}

/** The link of the newest mail to an address, once it has been sent. */
export async function mailedLink(serverUrl: string, to: string, subject: string): Promise<string> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`${serverUrl}/dev/outbox.json`);
    const { data } = (await answer.json()) as { data: Mail[] };
    const link = data.find((mail) => mail.to === to && mail.subject === subject)?.link;
    if (link) return link.url;
    await sleep(100);
  }
  throw new Error(`No mail “${subject}” came for ${to}.`);
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The period of an authenticator app: 30 seconds, counted from 1970. */
const periodNow = (): number => Math.floor(Date.now() / 30_000);

/** What an authenticator app shows for a secret in a period (RFC 6238: SHA-1, six digits). */
function codeOf(secret: string, period: number): string {
  const bits = secret
    .replaceAll(' ', '')
    .split('')
    .map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(period));
  const mac = createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export const password = 'a garden of forking paths';

/** Signs up in the browser, through the mail, up to the first page of the console. */
export async function signUp(page: Page, serverUrl: string, email: string): Promise<void> {
  await page.goto(`${serverUrl}/console/`);
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.getByRole('heading', { name: 'Make an account' }).waitFor();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
  await page.goto(await mailedLink(serverUrl, email, 'Confirm your address'));
  await page.getByLabel('Your name').fill('Ada Byron');
  await page.getByLabel('Company, shop or project').fill('Lamp Shop');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** An authenticator app on somebody's phone. Each code works once, so it gives a later one every time. */
export class Authenticator {
  readonly #secret: string;
  #used = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  next(): string {
    this.#used = Math.max(periodNow(), this.#used + 1);
    return codeOf(this.#secret, this.#used);
  }
}

/** A device that keeps passkeys and whose owner always shows his finger (WebAuthn's virtual authenticator, over CDP). */
export async function giveVirtualAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Turns the second factor on and gives the app and the recovery codes. */
export async function turnOnSecondFactor(
  page: Page,
): Promise<{ app: Authenticator; recoveryCodes: string[] }> {
  await page.getByRole('link', { name: /Ada Byron/ }).click();
  await page.getByRole('heading', { name: 'Account security' }).waitFor();
  await page.getByRole('button', { name: 'Turn on' }).first().click();
  const setUp = page.locator('account-second-factor ic-dialog').first();
  await setUp.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  const app = new Authenticator(await setUp.locator('ic-copy code').innerText());
  await setUp.getByLabel('The six digits that it shows now').fill(app.next());
  await setUp.getByRole('button', { name: 'Turn on' }).click();
  const codes = page.locator('recovery-codes ic-dialog');
  const recoveryCodes = (await codes.locator('ic-copy code').innerText()).split('\n');
  await codes.getByLabel('I have kept them').check();
  await codes.getByRole('button', { name: 'Done' }).click();
  return { app, recoveryCodes };
}

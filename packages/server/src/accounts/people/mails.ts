import type { Mail } from '../../platform/mail/index.ts';
import { lifetimes } from '../parts.ts';

/*
 * The words of all mails. Links are made of the server's own address and lead to a page of the console, with the
 * token behind `#`: what stands there is in no log and no Referer.
 */

const page = (publicUrl: string, name: string, token: string): string =>
  `${publicUrl}/console/${name}#token=${token}`;
const hours = (ms: number): string => (ms > 3_600_000 ? `${ms / 3_600_000} hours` : `${ms / 60_000} minutes`);
const ignore = 'If that was not you, you can ignore this mail: nothing happens without the link.';

export function mails(publicUrl: string) {
  const host = new URL(publicUrl).host;
  return {
    signUp: (to: string, token: string): Mail => ({
      template: 'sign_up',
      to,
      subject: 'Confirm your address',
      text: [
        `Somebody asked for an ImgVid account at ${host} with this address.`,
        `The link works once, within ${hours(lifetimes.sign_up)}.`,
        ignore,
      ],
      link: { label: 'Go on with signing up', url: page(publicUrl, 'sign-up/complete', token) },
    }),
    alreadySignedUp: (to: string, token: string): Mail => ({
      template: 'already_signed_up',
      to,
      subject: 'You have an account already',
      text: [
        `Somebody asked for an ImgVid account at ${host} with this address, but it has one.`,
        `Sign in as usual, or with this link. It works once, within ${hours(lifetimes.sign_in)}.`,
        'If that was not you, there is nothing to do; do not pass the link on.',
      ],
      link: { label: 'Sign in', url: page(publicUrl, 'sign-in/link', token) },
    }),
    signIn: (to: string, token: string): Mail => ({
      template: 'sign_in',
      to,
      subject: 'Your link to sign in',
      text: [
        `With this link you sign in to ImgVid at ${host}. It works once, within ${hours(lifetimes.sign_in)}.`,
        'If that was not you, do not pass it on to anybody; nothing happens without it.',
      ],
      link: { label: 'Sign in', url: page(publicUrl, 'sign-in/link', token) },
    }),
    /** Without a token where nobody can sign up. */
    noAccount: (to: string, token: string | null): Mail => ({
      template: 'no_account',
      to,
      subject: 'There is no account with this address',
      text: [
        `Somebody tried to sign in to ImgVid at ${host} with this address, but it has no account.`,
        'If that was you, your account may have another address.',
        ...(token === null ? [] : [`Or make one with this link, within ${hours(lifetimes.sign_up)}.`]),
      ],
      ...(token === null
        ? {}
        : { link: { label: 'Make an account', url: page(publicUrl, 'sign-up/complete', token) } }),
    }),
    passwordReset: (to: string, token: string): Mail => ({
      template: 'password_reset',
      to,
      subject: 'Choose a new password',
      text: [
        `Somebody asked for a new password for your ImgVid account at ${host}.`,
        `The link works once, within ${hours(lifetimes.password_reset)}.`,
        ignore,
      ],
      link: { label: 'Choose a password', url: page(publicUrl, 'password-reset', token) },
    }),
    emailChange: (to: string, token: string): Mail => ({
      template: 'email_change',
      to,
      subject: 'Confirm your new address',
      text: [
        `Somebody wants to use this address for an ImgVid account at ${host}.`,
        `The link works once, within ${hours(lifetimes.email_change)}, in the browser where you are signed in.`,
        ignore,
      ],
      link: { label: 'Use this address', url: page(publicUrl, 'email-change', token) },
    }),
    emailTaken: (to: string): Mail => ({
      template: 'email_taken',
      to,
      subject: 'This address has an account already',
      text: [
        `Somebody wanted to use this address for another ImgVid account at ${host}, but it has one of its own.`,
        'Nothing was changed. If that was you, sign in to the account of this address instead.',
      ],
    }),
    emailChangeAsked: (to: string, token: string): Mail => ({
      template: 'email_change_asked',
      to,
      subject: 'Your address is about to be changed',
      text: [
        `Somebody signed in to your ImgVid account at ${host} wants to give it another address.`,
        'If that was you, there is nothing to do here: open the link in the mail to the new address.',
        'If it was not, stop it. The link works for a week, also when the address was changed already, and ends every session.',
      ],
      link: { label: 'Stop it, keep this address', url: page(publicUrl, 'email-change/stop', token) },
    }),
    emailChanged: (to: string): Mail => ({
      template: 'email_changed',
      to,
      subject: 'Your address was changed',
      text: [
        `Your ImgVid account at ${host} has another address now. Mails to this one end.`,
        'If that was not you, use the link in the mail “Your address is about to be changed”.',
      ],
    }),
    emailKept: (to: string): Mail => ({
      template: 'email_kept',
      to,
      subject: 'Your address stays as it was',
      text: [
        `The change of the address of your ImgVid account at ${host} was stopped, and every session was ended.`,
        'Somebody was signed in who should not have been: choose a new password before you sign in.',
      ],
      link: { label: 'Choose a password', url: `${publicUrl}/console/password-reset` },
    }),
    invitation: (to: string, token: string, tenant: string): Mail => ({
      template: 'invitation',
      to,
      subject: 'You are invited to a team',
      text: [
        `You are invited to join “${tenant}” on ImgVid at ${host}.`,
        'The link works once, within 7 days. If you do not know them, you can ignore this mail.',
      ],
      link: { label: 'See the invitation', url: page(publicUrl, 'invitation', token) },
    }),
    tenantDeleted: (to: string, tenant: string): Mail => ({
      template: 'tenant_deleted',
      to,
      subject: 'A team was deleted',
      text: [
        `“${tenant}” on ImgVid at ${host} was deleted by its owner, with its sites, keys and videos.`,
        'Your account stays as it is.',
      ],
    }),
    accountDeleted: (to: string): Mail => ({
      template: 'account_deleted',
      to,
      subject: 'Your account is deleted',
      text: [`Your ImgVid account at ${host} is deleted. This is the last mail about it.`],
    }),
    securityNotice: (to: string, what: string): Mail => ({
      template: 'security_notice',
      to,
      subject: 'Your account was changed',
      text: [
        `${what} This concerns your ImgVid account at ${host}.`,
        'If that was not you, choose a new password at once and look through your sessions.',
      ],
      link: { label: 'Account security', url: `${publicUrl}/console/account` },
    }),
  };
}

export type Mails = ReturnType<typeof mails>;

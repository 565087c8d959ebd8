import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Sealer } from '../crypto.ts';
import type { Database, Trx } from '../database/index.ts';
import { newUuid } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Queue } from '../queue/index.ts';
import { claimMail, deleteOldMails, insertMail, markSent, newestMails } from './store.ts';

/** A mail as it is shown: the HTML part is made of it, so there is no markup in it. */
export interface Mail {
  /** For statistics and the outbox: `sign_up`. */
  template: string;
  to: string;
  subject: string;
  /** Paragraphs, in order. */
  text: readonly string[];
  /** One link to act by, under the paragraphs. */
  link?: { label: string; url: string };
}

export interface Mailer {
  /** Sends in the caller's transaction: rolled back with it, repeated by the queue until the server took it. */
  send(trx: Trx, mail: Mail): Promise<void>;
}

export interface MailParts {
  database: Database;
  queue: Queue;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  /** Undefined: mails stay in the outbox, for development. */
  smtpUrl: string | undefined;
  from: string;
}

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);

function textOf({ text, link }: Mail): string {
  return [...text, ...(link ? [`${link.label}:\n${link.url}`] : [])].join('\n\n') + '\n';
}

function htmlOf({ subject, text, link }: Mail): string {
  const paragraphs = text.map((line) => `<p style="margin:0 0 16px">${escape(line)}</p>`).join('\n');
  const button = link
    ? `<p style="margin:24px 0"><a href="${escape(link.url)}" style="background:#1f4fd8;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;display:inline-block">${escape(link.label)}</a></p>
<p style="margin:0;color:#666;font-size:13px">If the button does not work, copy this address:<br>${escape(link.url)}</p>`
    : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#222"><div style="max-width:520px;margin:0 auto">
${paragraphs}
${button}
</div></body></html>`;
}

const mailShape = z.object({
  template: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.array(z.string()),
  link: z.object({ label: z.string(), url: z.string() }).exactOptional(),
});

export function openMailer({ queue, clock, sealer }: Pick<MailParts, 'queue' | 'clock' | 'sealer'>): Mailer {
  return {
    async send(trx, mail) {
      const id = newUuid(clock);
      const clean: Mail = { ...mail, to: oneLine(mail.to), subject: oneLine(mail.subject).slice(0, 200) };
      await insertMail(trx, {
        id,
        template: mail.template,
        recipient: sealer.seal(clean.to, `mail recipient ${id}`),
        content: sealer.seal(JSON.stringify(clean), `mail ${id}`),
        now: clock.now(),
      });
      await queue.send(trx, 'mail.send', { id }, { singletonKey: id });
    },
  };
}

/** What nodemailer adds to an error, as far as it is used here. */
interface Refusal {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/**
 * This mail was refused for good: another try would be refused too. A server that does not let us in, or takes nothing
 * from us, refuses no mail: its operator or ours will mend that, and the mail waits.
 */
const isFinal = ({ code, command, responseCode = 0 }: Refusal): boolean =>
  responseCode >= 500 && (code === 'EMESSAGE' || (code === 'EENVELOPE' && command === 'RCPT TO'));

/** Reply code and class (RFC 3463), `550 5.1.1`. Never the words, in which servers repeat the recipient's address. */
function refusalOf({ code = 'failed', response = '', responseCode }: Refusal): string {
  if (responseCode === undefined) return code;
  const [, status = ''] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return `${responseCode} ${status}`.trim();
}

/** The mail server did not take a mail now. */
class MailDelayedError extends Error {
  override name = 'MailDelayedError';
}

/** Takes `mail.send` jobs in this process. Returns how to stop. */
export async function startMailWorker(parts: MailParts): Promise<() => Promise<void>> {
  const { database, queue, clock, log, sealer, smtpUrl, from } = parts;
  if (smtpUrl === undefined) return async () => undefined;
  const transport = createTransport(smtpUrl, {
    from,
    connectionTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);

  await queue.work('mail.send', { concurrency: 2 }, async (data) => {
    const { id } = z.object({ id: z.uuid() }).parse(data);
    // The row stays locked while the mail is handed over: two workers cannot send it twice.
    await database.withSystem('send mail', async (trx) => {
      const row = await claimMail(trx, id);
      if (!row?.content) return;
      const mail = mailShape.parse(JSON.parse(sealer.open(row.content, `mail ${id}`)));
      try {
        await transport.sendMail({
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: textOf(mail),
          html: htmlOf(mail),
          // The same id on a repeated try lets the receiving side tell that it has it already.
          messageId: `<${id}@${from.replace(/^.*@/, '').replace(/>.*$/, '')}>`,
          headers: { 'auto-submitted': 'auto-generated' },
        });
        await markSent(trx, id, clock.now());
      } catch (error) {
        const refusal = refusalOf(error as Refusal);
        // oxlint-disable-next-line preserve-caught-error -- it names the recipient, and errors are logged
        if (!isFinal(error as Refusal)) throw new MailDelayedError(`the mail server: ${refusal}`);
        log.warn({ code: refusal }, 'a mail was refused');
        await markSent(trx, id, clock.now(), refusal);
      }
    });
  });
  return async () => transport.close();
}

export interface OutboxMail extends Mail {
  id: string;
  at: Date;
  sent: boolean;
}

/** The newest mails with their text, as far as it is still there. For development: they hold links that open accounts. */
export async function readOutbox({
  database,
  sealer,
}: Pick<MailParts, 'database' | 'sealer'>): Promise<OutboxMail[]> {
  const rows = await database.withSystem('show outbox', (trx) => newestMails(trx, 100));
  return rows.map((row) => {
    const to = sealer.open(row.recipient, `mail recipient ${row.id}`);
    const shown: Mail = row.content
      ? mailShape.parse(JSON.parse(sealer.open(row.content, `mail ${row.id}`)))
      : { template: row.template, to, subject: row.template, text: ['Sent; its text is not kept.'] };
    return { ...shown, id: row.id, at: row.createdAt, sent: row.sentAt !== null };
  });
}

const keptMs = 7 * 86_400_000;

export async function forgetOldMails(trx: Trx, now: Date): Promise<void> {
  await deleteOldMails(trx, new Date(now.getTime() - keptMs));
}

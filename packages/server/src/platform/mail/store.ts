import type { Trx } from '../database/index.ts';

export interface MailRow {
  id: string;
  template: string;
  recipient: Buffer;
  content: Buffer | null;
  createdAt: Date;
  sentAt: Date | null;
}

export async function insertMail(
  trx: Trx,
  mail: { id: string; template: string; recipient: Buffer; content: Buffer; now: Date },
): Promise<void> {
  const { now, ...rest } = mail;
  await trx
    .insertInto('mail_message')
    .values({ ...rest, created_at: now })
    .execute();
}

const columns = ['id', 'template', 'recipient', 'content', 'created_at', 'sent_at'] as const;
const toRow = (row: Record<(typeof columns)[number], never>): MailRow => ({
  id: row.id,
  template: row.template,
  recipient: row.recipient,
  content: row.content,
  createdAt: row.created_at,
  sentAt: row.sent_at,
});

/** The mail, locked, unless it is sent already or another sender has it. */
export async function claimMail(trx: Trx, id: string): Promise<MailRow | null> {
  const row = await trx
    .selectFrom('mail_message')
    .select(columns)
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .where('failure', 'is', null)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row ? toRow(row as never) : null;
}

/** What it said is nobody's business any more. */
export async function markSent(trx: Trx, id: string, now: Date, failure?: string): Promise<void> {
  await trx
    .updateTable('mail_message')
    .set({
      sent_at: failure === undefined ? now : null,
      failure: failure?.slice(0, 300) ?? null,
      content: null,
    })
    .where('id', '=', id)
    .execute();
}

export async function newestMails(trx: Trx, limit: number): Promise<MailRow[]> {
  const rows = await trx
    .selectFrom('mail_message')
    .select(columns)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => toRow(row as never));
}

export async function deleteOldMails(trx: Trx, olderThan: Date): Promise<void> {
  await trx.deleteFrom('mail_message').where('created_at', '<', olderThan).execute();
}

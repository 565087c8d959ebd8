import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/**
 * What Postgres keeps of a password (SCRAM-SHA-256, RFC 5803). Sent instead of the password, so that this stands
 * in no statement log.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

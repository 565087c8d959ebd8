import { api } from './api.ts';

/** What this server offers to those who are not signed in. */
export interface ServerSettings {
  sign_up: boolean;
  /** Where mails can be read in development. */
  outbox: string | null;
}

let asked: Promise<ServerSettings> | null = null;

export function serverSettings(): Promise<ServerSettings> {
  asked ??= api.get<ServerSettings>('/console/settings.json').catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

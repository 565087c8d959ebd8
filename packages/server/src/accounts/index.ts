export { accountRouter, openAccounts } from './accounts.ts';
export { openPasswords } from './people/passwords.ts';
export type { PeopleParts } from './people/sign-in.ts';
export { deleteExpired } from './people/store.ts';

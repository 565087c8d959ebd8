import type { Logger } from 'pino';

/** pino's logger; see createLog for what may stand in a line. */
export type Log = Logger;

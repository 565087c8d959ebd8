import type { Database } from '../platform/database/index.ts';
import type { Log } from '../platform/log.ts';
import type { JobContext } from '../platform/queue/index.ts';
import type { BlobStore } from '../platform/storage/index.ts';
import type { Catalogue } from '../providers/index.ts';
import type { Fetcher } from '../platform/fetch/index.ts';
import type { AttemptTokens } from './attempt-token.ts';
import type { EndingParts } from './ending.ts';

/** What the work with outside providers needs besides. */
export interface OutsideWork {
  fetcher: Fetcher;
  tokens: AttemptTokens;
  /** Origin under which providers reach our webhooks; null where they cannot. */
  hooksUrl: string | null;
  /** Whether signed URLs of our storage can be read from outside. */
  isReachable: boolean;
  /** After this a result is of no use any more, in seconds. */
  deadlineS: number;
  resultMaxBytes: number;
}

/**
 * The steps that take a generation from `queued` to its end. Each reads the state from the row, so it may be
 * killed anywhere and taken again, and does nothing when its work is done already.
 */
export interface WorkflowParts extends EndingParts {
  database: Database;
  storage: BlobStore;
  catalogue: Catalogue;
  log: Log;
  outside: OutsideWork;
}

export type Step = (data: unknown, context: JobContext) => Promise<void>;

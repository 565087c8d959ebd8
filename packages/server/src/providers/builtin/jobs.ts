import type { GenerationErrorCode } from '@imgvid/api';
import type { ProviderJob, ProviderResult, ProviderState } from '../port.ts';

/**
 * The renderer's view of its work. Other providers keep their jobs on their own machines; the built-in one
 * keeps them in ours, so whoever owns the attempts implements this.
 */
export interface RenderJobs {
  /**
   * Takes the job for rendering. `null` when there is nothing to do: it ended, was canceled, or another worker
   * is at it. `starts` tells how often it was begun, this time counted.
   */
  begin(tenantId: string, attemptId: string): Promise<{ job: ProviderJob; starts: number } | null>;
  /** Told at least every two seconds while rendering. False: stop, nobody wants the result any more. */
  progress(tenantId: string, attemptId: string, fraction: number): Promise<boolean>;
  /** False when nobody wants the result any more; the caller then deletes the files it stored. */
  finish(tenantId: string, attemptId: string, result: ProviderResult): Promise<boolean>;
  fail(tenantId: string, attemptId: string, code: GenerationErrorCode, message: string): Promise<void>;
  /** Gives the job back undone, for another worker to take at once; `counts` when this start was a failed one. */
  giveBack(tenantId: string, attemptId: string, options: { counts: boolean }): Promise<void>;
  state(tenantId: string, attemptId: string): Promise<ProviderState>;
}

export type QueueName =
  | 'photo.process'
  | 'generation.submit'
  | 'generation.check'
  | 'generation.store'
  | 'render'
  | 'files.delete'
  | 'tenant.erase'
  | 'mail.send'
  | 'sweep';

export interface QueueSettings {
  /** Tries after the first one. Then the job counts as failed and a sweep decides what comes of its work. */
  retries: number;
  /** Wait before the first retry; it doubles up to `longestDelayS`. 0: at once, every time. */
  delayS: number;
  longestDelayS: number;
  /** Longest time one try may take. */
  expireS: number;
  /** A worker that is not heard from for this long is dead, and its job another's. 10 at least. */
  heartbeatS: number;
  /**
   * How often idle workers look for jobs. New jobs wake them by NOTIFY; this bounds how late a delayed job, a
   * retry and a dead worker's job begin.
   */
  pollS: number;
  /** Groups take turns: a job waits for at most one of every other group, however many those have sent. */
  fair: boolean;
  /** Only one job at all, waiting or running. */
  alone?: true;
  /** A job that waited this long is given up. */
  keepDays: number;
}

/** Every queue. Jobs carry ids only; what is to be done stands in the rows they name. */
export const queues: Readonly<Record<QueueName, QueueSettings>> = {
  'photo.process': {
    ...{ retries: 3, delayS: 1, longestDelayS: 30, expireS: 180, heartbeatS: 10 },
    ...{ pollS: 2, fair: true, keepDays: 2 },
  },
  'generation.submit': {
    ...{ retries: 10, delayS: 2, longestDelayS: 60, expireS: 300, heartbeatS: 10 },
    ...{ pollS: 2, fair: false, keepDays: 2 },
  },
  'generation.check': {
    ...{ retries: 10, delayS: 2, longestDelayS: 60, expireS: 120, heartbeatS: 10 },
    ...{ pollS: 1, fair: false, keepDays: 2 },
  },
  'generation.store': {
    ...{ retries: 10, delayS: 2, longestDelayS: 120, expireS: 900, heartbeatS: 10 },
    ...{ pollS: 2, fair: false, keepDays: 2 },
  },
  // Retried at once: what fails a render for good is noted in its row, so a retry follows a crash.
  render: {
    ...{ retries: 10, delayS: 0, longestDelayS: 0, expireS: 3600, heartbeatS: 10 },
    ...{ pollS: 0.5, fair: true, keepDays: 2 },
  },
  // Promised to people: tried for weeks before it is given up, should storage be down for long.
  'files.delete': {
    ...{ retries: 100, delayS: 10, longestDelayS: 21_600, expireS: 300, heartbeatS: 10 },
    ...{ pollS: 5, fair: false, keepDays: 90 },
  },
  'tenant.erase': {
    ...{ retries: 100, delayS: 10, longestDelayS: 21_600, expireS: 1800, heartbeatS: 10 },
    ...{ pollS: 5, fair: false, keepDays: 90 },
  },
  // A mail server may be away for a day.
  'mail.send': {
    ...{ retries: 30, delayS: 5, longestDelayS: 3600, expireS: 120, heartbeatS: 10 },
    ...{ pollS: 5, fair: false, keepDays: 7 },
  },
  sweep: {
    ...{ retries: 0, delayS: 0, longestDelayS: 0, expireS: 600, heartbeatS: 10 },
    ...{ pollS: 5, fair: false, alone: true, keepDays: 1 },
  },
};

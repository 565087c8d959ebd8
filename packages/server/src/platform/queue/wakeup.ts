/** A worker of pg-boss as far as waking it goes. */
interface Worker {
  id: string;
  busy: boolean;
}

/**
 * Who looks for jobs when. pg-boss wakes all workers of a queue for each new job, and lets a worker sleep after
 * each job it did. Here one idle worker is woken for a new job, who wakes the next when he found one; and whoever
 * has done a job looks for the next at once. So a single job costs two looks, and a backlog no waiting.
 */
export class Wakeup {
  readonly #notify: (workerId: string) => void;
  readonly #workers = new Map<string, Worker[]>();

  constructor(notify: (workerId: string) => void) {
    this.#notify = notify;
  }

  add(queue: string, worker: Worker): void {
    const workers = this.#workers.get(queue);
    if (workers) workers.push(worker);
    else this.#workers.set(queue, [worker]);
  }

  /** There may be a job for somebody. */
  jobCame(queue: string): void {
    const idle = this.#workers.get(queue)?.find((worker) => !worker.busy);
    if (idle) this.#notify(idle.id);
  }

  /** The worker found a job: there may be more. */
  began(queue: string, worker: Worker): void {
    worker.busy = true;
    this.jobCame(queue);
  }

  ended(worker: Worker): void {
    worker.busy = false;
    this.#notify(worker.id);
  }
}

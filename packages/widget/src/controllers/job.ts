import type { Generation, GenerationEvent, GenerationRequest } from '@imgvid/api/types';
import { ApiError, NetworkError } from '@imgvid/api/client';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Stage } from '../events.ts';
import type { Session } from '../session.ts';
import { backoff, untilOnline } from '../wait.ts';

const stages: Record<Generation['status'], Stage> = {
  queued: 'queued',
  submitted: 'queued',
  running: 'rendering',
  storing: 'finishing',
  succeeded: 'finishing',
  failed: 'finishing',
  canceled: 'finishing',
  expired: 'finishing',
};

/** With their pauses and those of the client, about a minute. */
const tries = 8;

const isPassing = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);

const isOver = ({ status }: Generation): boolean => stages[status] === 'finishing' && status !== 'storing';

/** One generation at a time, from the press of "Create" to its end. */
export class JobController implements ReactiveController {
  generation: Generation | null = null;
  stage: Stage = 'uploading';
  canceling = false;
  /** When the visitor pressed "Create", in milliseconds since 1970. */
  startedAt = 0;

  readonly #host: ReactiveControllerHost;
  readonly #onProgress: () => void;
  #abort: AbortController | null = null;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, onProgress: () => void) {
    this.#host = host;
    this.#onProgress = onProgress;
    host.addController(this);
  }

  get elapsedS(): number {
    return Math.max(0, Math.floor((Date.now() - this.startedAt) / 1000));
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** Starts the clock: from now on there is something to wait for. */
  begin(): void {
    this.stop();
    this.generation = null;
    this.stage = 'uploading';
    this.startedAt = Date.now();
    this.resume();
  }

  /** The clock goes on, after the widget was off the page for a moment. */
  resume(): void {
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#host.requestUpdate(), 1000);
  }

  /** No more listening. The generation itself goes on. */
  stop(): void {
    clearInterval(this.#ticker);
    this.#abort?.abort();
    this.#abort = null;
    this.canceling = false;
  }

  /**
   * Asks for a generation. The same key never makes two of them, so where the network or the server is away, and
   * it is not known whether the wish arrived, it is sent again until it is.
   */
  async create(session: Session, request: GenerationRequest, idempotencyKey: string): Promise<Generation> {
    const { signal } = (this.#abort = new AbortController());
    for (let attempt = 1; ; attempt++) {
      try {
        const generation = await session.client.generations.create(request, { idempotencyKey, signal });
        this.#take(generation);
        return generation;
      } catch (error) {
        if (attempt >= tries || !isPassing(error)) throw error;
        await untilOnline(signal);
        await backoff(Math.min(attempt, 4), signal);
      }
    }
  }

  /**
   * Follows a generation to its end, which is its result, whatever it is.
   *
   * @throws ApiError when it cannot be read, AbortError after `stop`
   */
  async follow(session: Session, generation: Generation): Promise<Generation> {
    const { signal } = (this.#abort = new AbortController());
    this.#take(generation);
    if (this.canceling) void this.cancel(session).catch(() => undefined);
    if (isOver(generation)) return generation;
    for await (const event of session.client.generations.watch(generation.id, { signal })) {
      if (event.type === 'done') return event.generation ?? session.client.generations.get(generation.id);
      this.#advance(event);
    }
    return session.client.generations.get(generation.id, { signal });
  }

  /**
   * Asks for the end. What comes of it is told by `follow`: a video that was finished in the meantime is kept.
   * Before the generation is accepted, the wish is kept until it is.
   */
  async cancel(session: Session): Promise<void> {
    this.canceling = true;
    this.#host.requestUpdate();
    if (!this.generation) return;
    try {
      await session.client.generations.cancel(this.generation.id);
    } catch (error) {
      this.canceling = false;
      if (!(error instanceof ApiError && error.code === 'conflict')) throw error;
    }
  }

  #take(generation: Generation): void {
    this.generation = generation;
    this.stage = stages[generation.status];
    this.#changed();
  }

  #advance({ status, progress, queue }: GenerationEvent): void {
    if (this.generation) this.#take({ ...this.generation, status, progress, queue });
  }

  #changed(): void {
    this.#onProgress();
    this.#host.requestUpdate();
  }
}

import type { Generation, Model, SiteLook } from '@imgvid/api/types';
import { outputSize, type Size } from '@imgvid/renderer/moves';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { toRequest } from '../choices.ts';
import { tellOwner, toFailure, type Failure } from '../errors.ts';
import { emit } from '../events.ts';
import { preparePhoto, usualLimits, type Photo } from '../photo/prepare.ts';
import { randomId } from '../random-id.ts';
import type { RecordStore } from '../record.ts';
import { next, type State, type Step } from '../state.ts';
import type { Session } from '../session.ts';
import type { TextName } from '../texts/texts.ts';
import { JobController } from './job.ts';
import { PhotoSource } from './photo-source.ts';
import type { Scene } from './preview.ts';
import { UploadController } from './upload.ts';
import { Wishes } from './wishes.ts';

export type FlowHost = ReactiveControllerHost &
  HTMLElement & {
    readonly session: Session;
    readonly store: RecordStore;
    /** Progress of upload or job changed. */
    onProgress(): void;
    onRefusal(refusal: Failure): void;
    onDeleted(id: string): void;
    /** The visitor means to use the widget: what he will see next is got. */
    onIntent(): Promise<void>;
    /** The session has come, with the look of the site. */
    onLook(look: SiteLook): Promise<void>;
    /** The state changed, after the fact. */
    onState(state: State, before: State): void;
  };

/** A result stays on show after a reload for this long after it was first seen. */
const shownAgainMs = 3_600_000;

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** The visitor's way from photo to video: what he has chosen, where he is, and what each button does. */
export class Flow implements ReactiveController {
  state: State = 'loading';
  /** A file is being looked at. */
  preparing = false;
  failure: Failure | null = null;
  /** A file that was refused; what went before stays as it was. */
  refusal: Failure | null = null;
  notice: TextName | null = null;
  /** The finished generation on show. */
  result: Generation | null = null;
  readonly wishes: Wishes;
  readonly upload: UploadController;
  readonly photo: PhotoSource;
  readonly job: JobController;

  readonly #host: FlowHost;
  /** What one press of "Create" stands for: trying again sends the same key. */
  #press = '';
  #connected = false;

  constructor(host: FlowHost) {
    this.#host = host;
    const changed = (): void => host.requestUpdate();
    this.wishes = new Wishes(changed);
    this.upload = new UploadController(host, () => host.onProgress());
    this.photo = new PhotoSource(this.upload, changed);
    this.job = new JobController(host, () => host.onProgress());
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = true;
    if (this.state === 'uploading' && this.photo.given) void this.#send(this.photo.given);
    else if (this.state === 'working' && this.job.generation) void this.#follow(this.job.generation);
    else if (this.state === 'working') this.#goOnAsking();
  }

  hostDisconnected(): void {
    this.#connected = false;
  }

  /** Moved on the page before there was a generation: an upload that this has cut off begins anew. */
  #goOnAsking(): void {
    const { given } = this.photo;
    this.job.resume();
    if (!this.hasPhoto && given) void this.#send(given);
    void this.#run();
  }

  /** Called once the element knows its key: takes up what was under way before a reload. */
  async start(): Promise<void> {
    const record = this.#host.store.read();
    if (record) this.#host.session.known ??= record;
    const stale = record?.seen && Date.now() - record.seen > shownAgainMs;
    if ((!record?.generation && !record?.asked) || stale) {
      this.#step('idle');
      return;
    }
    try {
      const generation = await this.#earlier(record.generation);
      if (!this.#connected) return;
      if (generation) this.#takeUp(generation);
      else this.#step('idle');
    } catch (error) {
      const { code } = toFailure(error);
      if (code === 'not_found' || code === 'gone') this.#remember(null);
      this.#step('idle');
    }
  }

  /** The generation of the record; where the page was left before its id had come, the newest, if it is under way. */
  async #earlier(id: string | null): Promise<Generation | undefined> {
    const { generations } = this.#host.session.client;
    if (id) return generations.get(id);
    const [newest] = (await generations.list({ limit: 1 })).data;
    return newest?.completed_at ? undefined : newest;
  }

  #takeUp(generation: Generation): void {
    this.wishes.repeat(generation);
    void this.photo.restore(generation.upload_id, this.#host.session);
    void this.prepare();
    if (generation.status === 'succeeded') {
      this.#finish(generation);
    } else if (generation.error) {
      this.#fail(generation.error);
    } else {
      this.job.begin();
      this.job.startedAt = Math.min(Date.now(), Date.parse(generation.created_at));
      this.#step('resume');
      void this.#follow(generation);
    }
  }

  /** Session and catalogue, as soon as the visitor shows that he means to use the widget. */
  async prepare(): Promise<Model | null> {
    const { wishes } = this;
    if (wishes.model) return wishes.model;
    const { session } = this.#host;
    try {
      const [models] = await Promise.all([session.models(), this.#host.onIntent()]);
      const look = session.current?.site.look;
      // A look that cannot be had is no reason to stand still.
      if (look) await this.#host.onLook(look).catch(() => undefined);
      wishes.offer(models, look?.defaults);
    } catch (error) {
      if (this.state === 'uploading' || this.state === 'ready') this.#fail(error);
      else tellOwner(toFailure(error));
      this.#host.requestUpdate();
    }
    return wishes.model;
  }

  /** Takes a photo: looks at it, shows it, and starts to send it. A file that is no photo changes nothing. */
  async choose(files: readonly Blob[]): Promise<void> {
    const file = files[0];
    if (!file || this.preparing || !next(this.state, 'photo')) return;
    this.notice = files.length > 1 ? 'onlyFirst' : null;
    this.refusal = null;
    this.preparing = true;
    this.#host.requestUpdate();
    const prepared = await preparePhoto(file, this.wishes.model?.photo ?? usualLimits).catch(
      (error: unknown) => {
        this.refuse(error);
        return null;
      },
    );
    this.preparing = false;
    this.#host.requestUpdate();
    // He may have moved on meanwhile: only the way from here counts.
    if (!prepared || !this.#step('photo')) return;
    this.photo.take(prepared);
    this.result = null;
    this.job.generation = null;
    await this.#send(prepared);
  }

  async #send(photo: Photo): Promise<void> {
    void this.prepare();
    try {
      const uploaded = await this.photo.send(photo, this.#host.session);
      if (!uploaded) return;
      const { id: upload_id, width, height } = uploaded;
      emit(this.#host, 'imgvid-photo', { upload_id, width, height });
      this.#step('uploaded');
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    }
  }

  get scene(): Scene | null {
    const { picture } = this.photo;
    const { choices } = this.wishes;
    if (!picture || !choices) return null;
    const { move, strength, loop, duration_s } = choices;
    return { photo: picture, move, strength, loop, durationS: duration_s, shape: this.shape };
  }

  /** Of the video to come, in its own pixels. */
  get shape(): Size {
    const { choices } = this.wishes;
    const { size } = this.photo;
    return choices ? outputSize(size, choices.resolution, choices.aspect_ratio) : size;
  }

  /** Whether a reload would find a generation again. */
  get remembers(): boolean {
    return this.#host.store.read() !== null;
  }

  /** Whether there is a photo to go on with. */
  get hasPhoto(): boolean {
    return this.photo.uploaded !== null;
  }

  /** One generation for each press; a second press while the first is worked on does nothing. */
  async create(): Promise<void> {
    if (!this.wishes.model || this.wishes.impossible || !this.#step('submit')) return;
    this.#press = randomId();
    this.failure = null;
    this.job.begin();
    await this.#run();
  }

  async #run(): Promise<void> {
    const { model, choices } = this.wishes;
    const { session } = this.#host;
    try {
      const upload = await this.photo.arrived();
      if (!upload || !model || !choices || this.state !== 'working') return;
      await session.open();
      this.#remember(null, undefined, true);
      const generation = await this.job.create(session, toRequest(upload.id, model, choices), this.#press);
      this.#remember(generation.id);
      emit(this.#host, 'imgvid-created', { generation });
      await this.#follow(generation);
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    }
  }

  async #follow(generation: Generation): Promise<void> {
    try {
      const end = await this.job.follow(this.#host.session, generation);
      if (end.status === 'succeeded') this.#finish(end);
      else if (end.status === 'canceled') this.#canceled(end.id);
      else this.#fail(end.error ?? { code: 'internal_error', message: `The generation ended ${end.status}` });
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    }
  }

  #finish(generation: Generation): void {
    this.job.stop();
    this.result = generation;
    if (!this.#step('succeeded')) return;
    this.#remember(generation.id, Date.now());
    emit(this.#host, 'imgvid-complete', { generation });
  }

  #canceled(id: string | null): void {
    this.job.stop();
    this.#remember(null);
    this.notice = 'canceled';
    this.#step(this.hasPhoto ? 'canceled' : 'reset');
    emit(this.#host, 'imgvid-canceled', { generation_id: id });
  }

  async cancel(): Promise<void> {
    if (this.state === 'uploading') {
      this.reset();
    } else if (this.state === 'working' && !this.hasPhoto && !this.job.generation) {
      // Nothing was asked for yet; the photo goes on arriving.
      this.job.stop();
      this.#step('withdraw');
      emit(this.#host, 'imgvid-canceled', { generation_id: null });
    } else if (this.state === 'working') {
      await this.job.cancel(this.#host.session).catch((error: unknown) => this.refuse(error));
    }
  }

  /** Something did not work, and what went before stays as it was. */
  refuse(error: unknown): void {
    this.refusal = toFailure(error);
    this.#tell(this.refusal);
    this.#host.onRefusal(this.refusal);
    this.#host.requestUpdate();
  }

  /** The same again, as far back as the failure reaches. */
  async retry(): Promise<void> {
    const { generation } = this.job;
    this.failure = null;
    const { given } = this.photo;
    if (!this.hasPhoto && given) {
      if (this.#step('photo')) await this.#send(given);
    } else if (this.wishes.model && generation === null && this.#press && this.#step('submit')) {
      this.job.begin();
      await this.#run();
    } else {
      this.again();
    }
  }

  /** Back to the choices, with the photo. */
  again(): void {
    this.failure = null;
    this.result = null;
    this.#press = '';
    this.job.generation = null;
    this.#remember(null);
    if (this.hasPhoto) this.#step('again');
    else this.reset();
    void this.prepare();
  }

  /** Everything from the start. A generation under way goes on at the server. */
  reset(): void {
    this.job.stop();
    this.photo.clear();
    this.result = null;
    this.failure = null;
    this.refusal = null;
    this.job.generation = null;
    this.#press = '';
    if (this.#host.store.read()?.generation) this.#remember(null);
    this.wishes.reset();
    this.#step('reset');
  }

  /** Shows an earlier video. */
  open(generation: Generation): void {
    this.result = generation;
    this.wishes.repeat(generation);
    void this.photo.restore(generation.upload_id, this.#host.session);
    this.#step('succeeded');
  }

  async delete(id: string): Promise<void> {
    await this.#host.session.client.generations.delete(id);
    this.#host.onDeleted(id);
    emit(this.#host, 'imgvid-deleted', { generation_id: id });
    if (this.result?.id !== id) return;
    this.notice = 'deleted';
    this.reset();
  }

  #remember(generation: string | null, seen?: number, asked?: true): void {
    const { known } = this.#host.session;
    if (known) this.#host.store.write({ ...known, generation, seen, asked });
  }

  #fail(error: unknown): void {
    this.job.stop();
    this.failure = toFailure(error);
    if (this.#host.store.read()) this.#remember(null);
    this.#tell(this.failure);
    this.#step('failed');
  }

  #tell(failure: Failure): void {
    tellOwner(failure);
    const { code, message, hint } = failure;
    emit(this.#host, 'imgvid-error', { code, message, hint });
  }

  #step(step: Step): boolean {
    const state = next(this.state, step);
    if (!state) return false;
    const before = this.state;
    this.state = state;
    if (step !== 'canceled' && step !== 'reset') this.notice = step === 'photo' ? this.notice : null;
    if (step !== 'uploaded') this.refusal = null;
    this.#host.requestUpdate();
    if (state !== before) this.#host.onState(state, before);
    return true;
  }
}

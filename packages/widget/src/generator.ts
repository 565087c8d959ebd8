import type { Generation, SiteLook, WidgetControl } from '@imgvid/api/types';
import { LitElement, nothing, type TemplateResult } from 'lit';
import { Announcer } from './controllers/announcer.ts';
import { Flow } from './controllers/flow.ts';
import { IntakeController } from './controllers/intake.ts';
import { PreviewController } from './controllers/preview.ts';
import type { Failure } from './errors.ts';
import { emit } from './events.ts';
import type { History } from './lazy/history.ts';
import type { Result } from './lazy/result.ts';
import { recordStore, type RecordStore } from './record.ts';
import { sessionFor, type Session, type VisitorJwt } from './session.ts';
import type { State } from './state.ts';
import { styles } from './styles/index.ts';
import { wear } from './styles/wear.ts';
import { languageOf, Texts, type Messages } from './texts/texts.ts';
import type { View } from './view.ts';
import { sentence } from './views/notices.ts';
import { rootView } from './views/root.ts';
import { workDone } from './views/working.ts';

/** Which part the visitor goes on with when a state has come while he was in the widget. */
const nextFocus: Partial<Record<State, string>> = {
  empty: 'choose',
  uploading: 'choices-title',
  ready: 'choices-title',
  working: 'stage-name',
  done: 'done-title',
  failed: 'error-title',
};

/**
 * `<imgvid-generator key="pk_…">`: takes a photo and wishes, shows a video.
 *
 * @attr key - The site's publishable key (also `site-key`, for frameworks that keep `key` to themselves).
 * @attr api - Where the API is; by default where this script came from.
 * @attr lang - Language of the texts; by default that of the page.
 * @attr theme - `light` or `dark`; by default that of the page (`color-scheme`).
 * @attr storage - `none`: nothing is kept on the device, and a reload forgets the visitor.
 * @attr loading - `eager`: the loader does not wait until the element is near the viewport.
 * @fires imgvid-ready, imgvid-photo, imgvid-created, imgvid-progress, imgvid-complete, imgvid-error,
 *   imgvid-canceled, imgvid-deleted
 */
export class ImgvidGenerator extends LitElement implements View {
  static override styles = styles;
  static override properties = {
    api: {},
    storage: {},
    lang: { reflect: true },
    messages: { attribute: false },
  };

  /** Where the API is when no attribute tells; set by the script the loader loads. */
  static defaultApi = '';

  declare api: string | null;
  declare storage: string | null;
  /** Signed by the site's own server for the user it knows: a token, or a function that gets a fresh one. */
  get visitorJwt(): VisitorJwt | null {
    return this.session.visitorJwt;
  }

  set visitorJwt(token: VisitorJwt | null) {
    this.session.visitorJwt = token;
  }

  /** Texts to use instead of the widget's own, by name. */
  declare messages: Partial<Messages> | undefined;

  readonly flow = new Flow(this);
  readonly preview = new PreviewController(this, () => (this.flow.state === 'done' ? null : this.flow.scene));
  readonly announcer = new Announcer(this);
  readonly #intake = new IntakeController(
    this,
    (files) => void this.flow.choose(files),
    () => void this.flow.prepare(),
  );

  texts = new Texts();
  camera: View['camera'] = 'none';
  #result: Result | null = null;
  #history: History | null = null;
  #late: Promise<unknown> = Promise.resolve();
  #language = '';
  #lost = false;
  #hidden: readonly WidgetControl[] = [];
  more: View['more'] = null;
  #toldLook = '';
  #sheet: CSSStyleSheet | null = null;
  #siteTexts: ((language: string) => Partial<Messages>) | null = null;
  #started: Promise<void> | null = null;

  get siteKey(): string {
    return this.getAttribute('key') ?? this.getAttribute('site-key') ?? '';
  }

  get session(): Session {
    return sessionFor((this.api ?? ImgvidGenerator.defaultApi) || location.origin, this.siteKey);
  }

  get store(): RecordStore {
    return recordStore(this.siteKey, () => (this.storage === 'none' ? null : localStorage));
  }

  get isTest(): boolean {
    return this.session.current?.site.mode === 'test' || this.siteKey.startsWith('pk_test_');
  }

  get dragging(): boolean {
    return this.#intake.dragging;
  }

  /** Everything from the start, as if the page had just been opened. A video under way is finished anyway. */
  reset(): void {
    this.flow.reset();
  }

  /** What the visitor's "Cancel" does. Resolves when the wish has been sent. */
  cancel(): Promise<void> {
    return this.flow.cancel();
  }

  /** Takes a photo as if the visitor had chosen it. Resolves when it has arrived or was refused. */
  async choose(photo: Blob): Promise<void> {
    // What an earlier visit left under way is taken up first; a photo given before that would be lost.
    await this.#started;
    await this.flow.choose([photo]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.flow.state === 'loading') this.#started = this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.renderRoot.querySelector('dialog')?.close();
  }

  async #start(): Promise<void> {
    await Promise.all([this.flow.start(), this.#lookForCamera(), this.#loadTexts()]);
    if (this.session.known) this.#load('history');
    emit(this, 'imgvid-ready', null);
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    // Of the first one, `#start` takes care.
    if (changed.size > 0 && this.#language && (changed.has('lang') || changed.has('messages'))) {
      void this.#loadTexts();
    }
  }

  async #loadTexts(): Promise<void> {
    const language = (this.#language = languageOf(this));
    const texts = await Texts.load(language, { ...this.#siteTexts?.(language), ...this.messages });
    if (language === this.#language) this.texts = texts;
    this.requestUpdate();
  }

  /** Without them there are still the choices that everybody makes. */
  async onIntent(): Promise<void> {
    this.more ??= await import('./lazy/more.ts').catch(() => null);
    if (this.more) wear(this.renderRoot, this.more.moreStyles);
  }

  /** The look of the site arrives with the session; a plain one costs nothing. */
  async onLook(look: SiteLook): Promise<void> {
    const told = JSON.stringify(look);
    if (told === this.#toldLook) return;
    this.#toldLook = told;
    this.#hidden = look.hidden_controls;
    const { sheetOf, textsOf } = await import('./lazy/look.ts');
    const own = this.shadowRoot;
    const sheets = own?.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet) ?? [];
    this.#sheet = sheetOf(look);
    // Before the element's own, so that its attributes come first.
    if (own) own.adoptedStyleSheets = [this.#sheet, ...sheets];
    this.#siteTexts = (language) => textsOf(look, language);
    await this.#loadTexts();
  }

  hides(control: WidgetControl): boolean {
    return this.#hidden.includes(control);
  }

  /** Telephones and tablets have the camera behind a file input; elsewhere there may be one or not. */
  async #lookForCamera(): Promise<void> {
    if (matchMedia('(pointer: coarse)').matches) this.camera = 'picker';
    else {
      const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
      if (devices?.some(({ kind }) => kind === 'videoinput')) this.camera = 'live';
    }
  }

  protected override render(): TemplateResult {
    return rootView(this, {
      video: () => this.#result?.video() ?? nothing,
      panel: () => this.#result?.panel() ?? nothing,
      lost: this.#lost,
      history: () => (this.hides('history') ? nothing : (this.#history?.render() ?? nothing)),
    });
  }

  // The button is not disabled while a photo is looked at, which would take the focus from whoever is on it.
  allMoves = false;

  showAllMoves(): void {
    this.allMoves = true;
    this.requestUpdate();
  }

  readonly pickPhoto = (): void => {
    if (!this.flow.preparing) this.#part('file-input')?.click();
  };

  readonly takePhoto = (): void => {
    if (this.camera === 'picker') this.#part('camera-input')?.click();
    else void this.#takeLive();
  };

  async #takeLive(): Promise<void> {
    try {
      const { takePhoto } = await import('./lazy/camera.ts');
      const photo = await takePhoto(this, this.renderRoot.querySelector('.root') ?? this.renderRoot);
      if (photo) await this.flow.choose([photo]);
    } catch (error) {
      this.flow.refuse(error);
    }
  }

  #part(name: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[part~="${name}"]`);
  }

  async focusPart(name: string): Promise<void> {
    await this.#late;
    await this.updateComplete;
    this.#part(name)?.focus({ preventScroll: this.#isInView() });
  }

  #isInView(): boolean {
    const { top, bottom } = this.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }

  onState(state: State): void {
    const wasInside = Boolean(this.shadowRoot?.activeElement);
    if (state === 'working') this.announcer.reset();
    if (state === 'working' || state === 'done') this.#load('result');
    if (state === 'done') this.#load('history');
    this.#announce(state);
    const part = nextFocus[state];
    if (wasInside && part) void this.focusPart(part);
  }

  #announce(state: State): void {
    const { failure, notice } = this.flow;
    const { t } = this.texts;
    if (state === 'done') this.announcer.say(t('doneTitle'));
    else if (state === 'failed' && failure) {
      this.announcer.say(`${sentence(this, failure)} ${t('notCharged')}`);
    } else if (notice) this.announcer.say(t(notice));
  }

  onRefusal(refusal: Failure): void {
    this.announcer.say(sentence(this, refusal));
  }

  onProgress(): void {
    const { state, job, upload } = this.flow;
    const working = state === 'working';
    const stage = working ? job.stage : 'uploading';
    const progress = working ? (workDone(this) ?? 0) : upload.progress;
    emit(this, 'imgvid-progress', { stage, progress, generation_id: job.generation?.id ?? null });
    this.announcer.progress(stage, progress, (quarter) =>
      [this.texts.t(stage), quarter > 0 ? this.texts.percent(quarter) : ''].join(' '),
    );
  }

  /** Gets a chunk, once; what is missing without it is drawn when it arrives. */
  #load(what: 'result' | 'history'): void {
    const work = (what === 'result' ? this.#loadResult() : this.#loadHistory()).catch(() => {
      this.#lost ||= what === 'result';
      this.requestUpdate();
    });
    this.#late = Promise.all([this.#late, work]);
  }

  async #loadResult(): Promise<void> {
    if (this.#result) return;
    const { Result } = await import('./lazy/result.ts');
    const refresh = (id: string): Promise<Generation> => this.session.client.generations.get(id);
    this.#result ??= new Result(this, this, refresh);
    this.requestUpdate();
  }

  async #loadHistory(): Promise<void> {
    if (!this.#history) {
      const { History } = await import('./lazy/history.ts');
      this.#history ??= new History(this, this, this.session.client.generations);
    }
    await this.#history.load();
  }

  onDeleted(id: string): void {
    this.#history?.forget(id);
  }
}

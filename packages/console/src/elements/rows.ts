import { html, LitElement, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';

interface Row {
  id: string;
}

/** How many rows are drawn above and below what is seen, and in what steps: not every pixel is a new range. */
const beyond = 8;
const step = 4;

/** Scrolled further than so many rows from one frame to the next, nobody can look at pictures. */
const fastRows = 3;
const settleMs = 100;

/**
 * The rows of a long table, all of one height, of which only those near the screen are drawn. They stand in the
 * document in their order, and the one with the focus stays drawn wherever the page is scrolled to, so the keyboard
 * and screen readers go through them as through any table. The arrow keys go from row to row.
 *
 * While the page flies by, rows that come are drawn without their pictures, which would have to be read and decoded
 * for nothing; they come as soon as it stands.
 *
 * Draws into itself, so that the styles of the page it stands on hold. What `renderRow` gives are the cells.
 *
 * @fires ic-range - With the index of the last row that is seen, whenever other rows are.
 */
export class Rows<T extends Row> extends LitElement {
  static override properties = {
    items: { attribute: false, hasChanged: () => true },
    renderRow: { attribute: false },
    rowHeight: { attribute: false },
    firstIndex: { attribute: false },
  };

  declare items: readonly T[];
  /** The cells of a row. Another function draws all rows again; the same one draws a row only when its item changed. */
  declare renderRow: (item: T, pictures: boolean) => TemplateResult;
  /** In CSS pixels. */
  declare rowHeight: number;
  /** The `aria-rowindex` of the first row: 2 where a line of headings stands before it. */
  declare firstIndex: number;

  #first = 0;
  #last = 0;
  /** The row that stays drawn because the focus is on it, or is about to be. */
  #held: number | null = null;
  /** Rows that were drawn without pictures. */
  readonly #bare = new Set<string>();
  #shown: ReadonlySet<string> = new Set();
  #drawing = false;
  #top = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #resized = new ResizeObserver(() => this.#look());

  constructor() {
    super();
    this.items = [];
    this.renderRow = () => html``;
    this.rowHeight = 48;
    this.firstIndex = 2;
    this.addEventListener('focusin', this.#focused);
    this.addEventListener('focusout', this.#blurred);
    this.addEventListener('keydown', this.#key);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'rowgroup';
    addEventListener('scroll', this.#look, { passive: true });
    this.#resized.observe(document.documentElement);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#look);
    this.#resized.disconnect();
    clearTimeout(this.#timer);
  }

  /** Draws the row wherever the page is scrolled to, and sets the focus on its first link or button. */
  async focusRow(index: number, options?: FocusOptions): Promise<void> {
    if (index < 0 || index >= this.items.length) return;
    this.#held = index;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-index="${index}"] :is(a, button)`)?.focus(options);
  }

  protected override willUpdate(): void {
    this.#measure();
  }

  protected override update(changed: Map<PropertyKey, unknown>): void {
    const { activeElement } = this.getRootNode() as ShadowRoot;
    const focused =
      this.#held !== null && this.contains(activeElement) ? (activeElement as HTMLElement) : null;
    this.#drawing = true;
    super.update(changed);
    // A row that had to be moved among the others has lost the focus.
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    this.#drawing = false;
  }

  protected override updated(): void {
    this.#shown = new Set(this.#drawn().map((index) => this.items[index]?.id ?? ''));
    this.style.blockSize = `${this.items.length * this.rowHeight}px`;
  }

  readonly #look = (): void => {
    if (this.#measure()) this.requestUpdate();
  };

  /** Reads what is seen; true when other rows have to be drawn. */
  #measure(): boolean {
    const { top } = this.getBoundingClientRect();
    if (Math.abs(top - this.#top) > fastRows * this.rowHeight) this.#fly();
    this.#top = top;
    const seenFirst = Math.max(0, Math.floor(-top / this.rowHeight));
    const seenLast = Math.max(0, Math.ceil((innerHeight - top) / this.rowHeight));
    const first = Math.max(0, Math.floor(seenFirst / step) * step - beyond);
    const last = Math.ceil(seenLast / step) * step + beyond;
    if (first === this.#first && last === this.#last) return false;
    this.#first = first;
    this.#last = last;
    this.dispatchEvent(new CustomEvent('ic-range', { detail: seenLast }));
    return true;
  }

  #fly(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#bare.clear();
      this.requestUpdate();
    }, settleMs);
  }

  #drawn(): number[] {
    const end = Math.min(this.#last, this.items.length);
    const drawn = Array.from({ length: Math.max(0, end - this.#first) }, (_, i) => this.#first + i);
    const held = this.#held;
    if (held === null || held >= this.items.length || (held >= this.#first && held < end)) return drawn;
    return held < this.#first ? [held, ...drawn] : [...drawn, held];
  }

  protected override render(): TemplateResult {
    return html`${repeat(
      this.#drawn(),
      (index) => this.items[index]?.id,
      (index) => this.#row(index),
    )}`;
  }

  #row(index: number): TemplateResult {
    const item = this.items[index];
    if (item === undefined) return html``;
    if (this.#timer !== undefined && !this.#shown.has(item.id)) this.#bare.add(item.id);
    const bare = this.#bare.has(item.id);
    return html`<div
      role="row"
      aria-rowindex=${this.firstIndex + index}
      data-index=${index}
      .style=${`transform: translateY(${index * this.rowHeight}px)`}
    >
      ${guard([item, this.renderRow, bare], () => this.renderRow(item, !bare))}
    </div>`;
  }

  #indexOf(event: Event): number | null {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    return row === null ? null : Number(row.dataset['index']);
  }

  readonly #focused = (event: FocusEvent): void => {
    this.#held = this.#indexOf(event);
  };

  readonly #blurred = (event: FocusEvent): void => {
    if (!this.#drawing && !this.contains(event.relatedTarget as Node | null)) this.#held = null;
  };

  readonly #key = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const index = this.#indexOf(event);
    if (by === undefined || index === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.focusRow(index + by);
  };
}

customElements.define('ic-rows', Rows);

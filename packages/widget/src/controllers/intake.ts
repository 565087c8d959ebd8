import type { ReactiveController, ReactiveControllerHost } from 'lit';

type Host = ReactiveControllerHost & HTMLElement;

/** Widgets on the page right now: with only one, a paste anywhere is meant for it. */
const present = new Set<IntakeController>();

const isTextField = (target: EventTarget | undefined): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/** The files of a drop or paste; a picture dragged from the page itself may come as an address only. */
async function filesOf(transfer: DataTransfer): Promise<Blob[]> {
  if (transfer.files.length > 0) return [...transfer.files];
  const address = transfer.getData('text/uri-list').split(/[\r\n]/)[0];
  if (!address || !/^(https?|blob):/.test(address)) return [];
  const answer = await fetch(address, { credentials: 'omit' }).catch(() => null);
  return answer?.ok ? [await answer.blob()] : [];
}

const carriesFile = ({ dataTransfer }: DragEvent): boolean =>
  !!dataTransfer?.types.some((type) => type === 'Files' || type === 'text/uri-list');

/** Takes photos in by drop on the whole card and by paste. */
export class IntakeController implements ReactiveController {
  /** Something is being dragged over the card. */
  dragging = false;

  readonly #host: Host;
  readonly #take: (files: Blob[]) => void;
  readonly #onIntent: () => void;
  #pointerInside = false;
  #depth = 0;

  constructor(host: Host, take: (files: Blob[]) => void, onIntent: () => void) {
    this.#host = host;
    this.#take = take;
    this.#onIntent = onIntent;
    host.addController(this);
  }

  hostConnected(): void {
    present.add(this);
    document.addEventListener('paste', this.#paste);
    for (const [name, listener] of this.#listeners) this.#host.addEventListener(name, listener);
  }

  hostDisconnected(): void {
    present.delete(this);
    document.removeEventListener('paste', this.#paste);
    for (const [name, listener] of this.#listeners) this.#host.removeEventListener(name, listener);
    this.#drag(0);
  }

  #drag(depth: number): void {
    this.#depth = Math.max(0, depth);
    if (this.dragging === this.#depth > 0) return;
    this.dragging = this.#depth > 0;
    this.#host.requestUpdate();
  }

  readonly #paste = (event: ClipboardEvent): void => {
    const path = event.composedPath();
    // What is pasted into a text field of the page belongs there.
    const meant = !isTextField(path[0]) && (this.#pointerInside || present.size === 1);
    if (!meant && !path.includes(this.#host)) return;
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.defaultPrevented) return;
    event.preventDefault();
    this.#onIntent();
    this.#take(files);
  };

  readonly #drop = async (event: DragEvent): Promise<void> => {
    this.#drag(0);
    if (!event.dataTransfer || !carriesFile(event)) return;
    event.preventDefault();
    const files = await filesOf(event.dataTransfer);
    if (files.length > 0) this.#take(files);
  };

  readonly #listeners: [string, (event: Event) => void][] = [
    ['pointerenter', () => this.#point(true)],
    ['pointerleave', () => this.#point(false)],
    ['focusin', () => this.#onIntent()],
    [
      'dragenter',
      (event) => {
        if (!carriesFile(event as DragEvent)) return;
        event.preventDefault();
        this.#onIntent();
        this.#drag(this.#depth + 1);
      },
    ],
    [
      'dragover',
      (event) => {
        const { dataTransfer } = event as DragEvent;
        if (!dataTransfer || !carriesFile(event as DragEvent)) return;
        event.preventDefault();
        dataTransfer.dropEffect = 'copy';
      },
    ],
    ['dragleave', () => this.#drag(this.#depth - 1)],
    ['drop', (event) => void this.#drop(event as DragEvent)],
  ];

  #point(inside: boolean): void {
    this.#pointerInside = inside;
    if (inside) this.#onIntent();
  }
}

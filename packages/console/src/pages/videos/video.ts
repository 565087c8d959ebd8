import type { Generation } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, ApiError, sentenceOf } from '../../data/api.ts';
import { confirm } from '../../elements/confirm.ts';
import { icon } from '../../elements/icons.ts';
import { toast } from '../../elements/toast.ts';
import { formatBytes, formatDateTime, formatNumber, formatPercent } from '../../format.ts';
import { go, to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import { statusBadge } from './status.ts';

const openStatuses = new Set<Generation['status']>(['queued', 'submitted', 'running', 'storing']);
const refreshMs = 2000;

/** One video: what came out, what was asked for, what it cost. */
export class VideoPage extends LitElement {
  static override styles = [
    shared,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1.6fr) minmax(17rem, 1fr);
        gap: 1.25rem;
        align-items: start;
      }
      video,
      .stage {
        display: block;
        inline-size: 100%;
        max-block-size: 70vh;
        border-radius: var(--radius);
        background: #000;
      }
      .stage {
        display: grid;
        place-content: center;
        gap: 0.75rem;
        justify-items: center;
        min-block-size: 16rem;
        padding: 1.5rem;
        border: 1px solid var(--line);
        background: var(--well);
        text-align: center;
      }
      progress {
        inline-size: min(20rem, 70vw);
        accent-color: var(--accent);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.5rem 1.25rem;
      }
      dd {
        text-align: end;
        overflow-wrap: anywhere;
      }
      @media (max-width: 56rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  static override properties = { video: {} };

  declare video: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #known: Generation | null = null;

  readonly #task = new Task(this, {
    args: () => [this.video],
    task: ([id], { signal }) => api.get<Generation>(`/v1/generations/${id}`, {}, signal),
    onComplete: (generation) => {
      this.#known = generation;
      this.#refreshLater();
    },
    // What is known stays on the screen, and is asked for again while it is being made, unless it is gone.
    onError: (error) => {
      if (error instanceof ApiError && (error.status === 404 || error.status === 410)) this.#known = null;
      this.#refreshLater();
    },
  });

  constructor() {
    super();
    this.video = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #refreshLater(): void {
    clearTimeout(this.#timer);
    if (this.isConnected && this.#known && openStatuses.has(this.#known.status))
      this.#timer = setTimeout(() => void this.#task.run(), refreshMs);
  }

  protected override render(): TemplateResult {
    const known = this.#known?.id === this.video ? this.#known : null;
    return html`<div class="stack">
      <div class="page-head">
        <div>
          <a class="row small" href=${to('videos')}>${icon('back')} Videos</a>
          <h1 tabindex="-1">${known?.product_ref ?? 'Video'}</h1>
        </div>
        ${known ? this.#actions(known) : nothing}
      </div>
      ${known ? this.#shown(known) : this.#unknown()}
    </div>`;
  }

  #unknown(): TemplateResult {
    return this.#task.render({
      initial: () => skeleton,
      pending: () => skeleton,
      error: (error) =>
        html`<div class="card empty" role="alert">
          <p>${sentenceOf(error)}</p>
          <button class="button" type="button" @click=${() => void this.#task.run()}>Try again</button>
        </div>`,
    }) as TemplateResult;
  }

  #actions(generation: Generation): TemplateResult {
    const { output } = generation;
    return html`<div class="row">
      ${output ? html`<a class="button" href=${output.download_url} download>Download</a>` : nothing}
      ${
        openStatuses.has(generation.status)
          ? html`<button class="button" type="button" @click=${() => void this.#cancel(generation)}>
              Cancel
            </button>`
          : nothing
      }
      <button class="button" type="button" @click=${() => this.#remove(generation)}>Delete</button>
    </div>`;
  }

  async #cancel({ id }: Generation): Promise<void> {
    try {
      await api.post(`/v1/generations/${id}/cancel`);
      toast({ text: 'Canceled. Nothing was charged.' });
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
    }
    void this.#task.run();
  }

  #remove({ id }: Generation): void {
    confirm({
      heading: 'Delete this video?',
      text: 'The video and its photo are deleted at once and cannot be brought back.',
      action: 'Delete video',
      danger: true,
      run: async () => {
        await api.delete(`/v1/generations/${id}`);
        toast({ text: 'The video was deleted.' });
        go(to('videos'), { replace: true });
      },
    });
  }

  #shown(generation: Generation): TemplateResult {
    return html`<div class="columns">
      ${this.#stage(generation)}
      <section class="card pad stack" aria-label="About this video">
        <div class="row spread">
          <h2>About</h2>
          ${statusBadge(generation.status)}
        </div>
        <dl>
          ${facts(generation).map(
            ([name, value]) =>
              html`<dt class="muted">${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
      </section>
    </div>`;
  }

  #stage({ status, output, error, progress }: Generation): TemplateResult {
    if (output) {
      return html`<video
        src=${output.video_url}
        poster=${output.poster_url}
        controls
        playsinline
        loop
      ></video>`;
    }
    if (openStatuses.has(status)) {
      return html`<div class="stage">
        <progress max="1" .value=${progress} aria-label="Progress"></progress>
        <p class="muted number">${formatPercent(progress)}</p>
      </div>`;
    }
    return html`<div class="stage">
      <p>${error?.message ?? 'There is no video.'}</p>
      ${error ? html`<p class="mono muted">${error.code}</p>` : nothing}
    </div>`;
  }
}

function facts(generation: Generation): [string, string | TemplateResult][] {
  const { params, output, credits } = generation;
  const all: [string, string | TemplateResult | null][] = [
    ['Made', formatDateTime(generation.created_at)],
    ['Model', generation.model],
    ['Move', params.camera.move.replaceAll('_', ' ')],
    ['Length', `${params.duration_s} s`],
    ['Size', output ? `${output.width} × ${output.height}, ${output.fps} fps` : params.resolution],
    ['File', output && formatBytes(output.byte_size)],
    ['Prompt', params.prompt],
    ['Credits', formatNumber(credits.charged || credits.held)],
    ['Deleted on', generation.deletes_at && formatDateTime(generation.deletes_at)],
    ['Id', html`<span class="mono">${generation.id}</span>`],
    ...Object.entries(generation.metadata).map(([name, value]): [string, string] => [name, value]),
  ];
  return all.filter((fact): fact is [string, string | TemplateResult] => fact[1] !== null);
}

const skeleton = html`<div class="columns" aria-hidden="true">
  <div class="stage skeleton"></div>
  <div class="card pad skeleton stage"></div>
</div>`;

customElements.define('page-video', VideoPage);

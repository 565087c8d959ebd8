import type { Generation } from '@imgvid/api/types';
import type { Generations } from '@imgvid/api/client';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { next } from '../state.ts';
import type { View } from '../view.ts';
import { icon } from '../views/icons.ts';

const pageSize = 12;

/** The visitor's earlier videos, the newest first. */
export class History {
  readonly #view: View;
  readonly #host: ReactiveControllerHost;
  readonly #api: Generations;
  #items: Generation[] = [];
  #next: string | null = null;
  #asking = '';
  #loading: Promise<void> | null = null;

  constructor(view: View, host: ReactiveControllerHost, api: Generations) {
    this.#view = view;
    this.#host = host;
    this.#api = api;
  }

  /** Reads the list from its start. A list that does not come is no reason to disturb anybody. */
  load(): Promise<void> {
    this.#loading ??= this.#read(undefined).finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #read(cursor: string | undefined): Promise<void> {
    const page = await this.#api
      .list({ status: 'succeeded', limit: pageSize, ...(cursor && { cursor }) })
      .catch(() => null);
    if (!page) return;
    this.#items = cursor ? [...this.#items, ...page.data] : page.data;
    this.#next = page.next_cursor;
    this.#host.requestUpdate();
  }

  forget(id: string): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#host.requestUpdate();
  }

  render(): TemplateResult | typeof nothing {
    const { flow, texts } = this.#view;
    const others = this.#items.some(({ id }) => id !== flow.result?.id);
    if (!others) return nothing;
    return html`<section class="history" part="history" aria-labelledby="history-title">
      <h2 class="field-label" id="history-title">${texts.t('history')}</h2>
      <ul class="strip">
        ${this.#items.map((item) => this.#item(item, flow.result?.id === item.id))}
        ${
          this.#next
            ? html`<li>
                <button
                  class="thumb next"
                  type="button"
                  part="history-more"
                  aria-label=${texts.t('olderVideos')}
                  title=${texts.t('olderVideos')}
                  @click=${() => void this.#read(this.#next ?? undefined)}
                >
                  ${icon('chevron')}
                </button>
              </li>`
            : nothing
        }
      </ul>
    </section>`;
  }

  #item(item: Generation, isShown: boolean): TemplateResult {
    const { flow, texts } = this.#view;
    const name = texts.t('open', {
      move: texts.t(item.params.camera.move),
      date: texts.date(item.created_at),
    });
    const remove = `${texts.t('delete')}: ${name}`;
    return html`<li class="past-video">
      <button
        class="thumb"
        type="button"
        part="history-item"
        aria-label=${name}
        title=${name}
        aria-current=${isShown ? 'true' : nothing}
        ?disabled=${!next(flow.state, 'succeeded') || flow.state === 'working'}
        @click=${() => flow.open(item)}
      >
        <img src=${item.output?.poster_url ?? ''} alt="" loading="lazy" decoding="async" />
      </button>
      ${
        this.#asking === item.id
          ? html`<span class="thumb-question" role="alertdialog" aria-label=${texts.t('deleteSure')}>
              <button
                class="chip danger"
                type="button"
                part="history-delete-yes"
                @click=${() => void this.#delete(item.id)}
              >
                ${texts.t('delete')}
              </button>
              <button class="chip" type="button" part="history-delete-no" @click=${() => this.#ask('')}>
                ${texts.t('keep')}
              </button>
            </span>`
          : html`<button
              class="round small"
              type="button"
              part="history-delete"
              aria-label=${remove}
              title=${texts.t('delete')}
              @click=${() => this.#ask(item.id)}
            >
              ${icon('close')}
            </button>`
      }
    </li>`;
  }

  #ask(id: string): void {
    this.#asking = id;
    this.#host.requestUpdate();
    void this.#view.focusPart(id ? 'history-delete-no' : 'history-delete');
  }

  async #delete(id: string): Promise<void> {
    this.#asking = '';
    await this.#view.flow.delete(id).catch((error: unknown) => this.#view.flow.refuse(error));
  }
}

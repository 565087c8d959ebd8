import type { Generation } from '@imgvid/api/types';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { toFailure, type Failure } from '../errors.ts';
import type { View } from '../view.ts';
import { icon } from '../views/icons.ts';
import { sentence } from '../views/notices.ts';

const stillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether this device can hand a video on to another app. */
const canShare = (): boolean => {
  const probe = { files: [new File([], 'video.mp4', { type: 'video/mp4' })] };
  return typeof navigator.share === 'function' && navigator.canShare?.(probe);
};

/** The finished video and what can be done with it. */
export class Result {
  readonly #view: View;
  readonly #host: ReactiveControllerHost;
  readonly #refresh: (id: string) => Promise<Generation>;
  #shown: Generation | null = null;
  #asking = false;
  #busy: 'delete' | 'share' | null = null;
  #lost = false;
  #failure: Failure | null = null;
  #file: File | null = null;

  /** @param refresh asks for the generation again, with URLs that are good once more */
  constructor(view: View, host: ReactiveControllerHost, refresh: (id: string) => Promise<Generation>) {
    this.#view = view;
    this.#host = host;
    this.#refresh = refresh;
  }

  /** The generation on show, with the freshest URLs there are. */
  #current(): Generation | null {
    const { result } = this.#view.flow;
    if (result?.id !== this.#shown?.id) {
      this.#shown = result;
      this.#asking = this.#lost = false;
      this.#busy = this.#failure = this.#file = null;
    }
    return this.#shown;
  }

  video(): TemplateResult {
    const generation = this.#current();
    const output = generation?.output;
    if (!generation || !output) return html`<div class="stage" part="stage"></div>`;
    return html`<div class="stage" part="stage">
      <video
        part="video"
        aria-label=${this.#name(generation)}
        controls
        playsinline
        loop
        .muted=${true}
        ?autoplay=${!stillness()}
        width=${output.width}
        height=${output.height}
        poster=${output.poster_url}
        src=${output.video_url}
        @error=${() => void this.#renew(generation)}
      ></video>
    </div>`;
  }

  panel(): TemplateResult {
    const generation = this.#current();
    const output = generation?.output;
    if (!generation || !output) return html``;
    const { texts, flow } = this.#view;
    const { t } = texts;
    const facts = [
      texts.duration(output.duration_s),
      `${output.width} × ${output.height}`,
      texts.bytes(output.byte_size),
    ];
    return html`<div class="done">
      <div>
        <h2 class="heading" part="done-title" tabindex="-1">${t('doneTitle')}</h2>
        <p class="note">${[this.#name(generation), ...facts].join(' · ')}</p>
      </div>
      ${this.#lost ? html`<p class="notice" part="notice">${t('videoLost')}</p>` : nothing}
      ${this.#failure ? html`<p class="notice bad" part="error">${icon('alert')}<span>${sentence(this.#view, this.#failure)}</span></p>` : nothing}
      <div class="stack">
        ${
          this.#view.hides('download')
            ? nothing
            : html`<a
                class="button primary wide"
                part="download"
                href=${output.download_url}
                download="imgvid.mp4"
                @click=${(event: Event) => void this.#download(event, generation)}
                >${icon('download')}${t('download')}</a
              >`
        }
        ${
          canShare() && !this.#view.hides('share')
            ? html`<button
                class="button wide"
                type="button"
                part="share"
                ?disabled=${this.#busy === 'share'}
                @click=${() => void this.#share(generation)}
              >
                ${this.#busy === 'share' ? html`<span class="spinner"></span>` : icon('share')}${t('share')}
              </button>`
            : nothing
        }
        <button class="button wide" type="button" part="again" @click=${() => flow.again()}>
          ${icon('again')}${t('again')}
        </button>
      </div>
      <div class="panel-foot">
        ${
          this.#asking
            ? this.#question(generation)
            : html`<div class="links">
                <button class="link" type="button" part="new-photo" @click=${() => flow.reset()}>
                  ${t('newPhoto')}
                </button>
                <button class="link bad" type="button" part="delete" @click=${() => this.#ask(true)}>
                  ${t('delete')}
                </button>
              </div>`
        }
        ${
          generation.deletes_at
            ? html`<p class="note">${t('deletesAt', { date: texts.date(generation.deletes_at) })}</p>`
            : nothing
        }
      </div>
    </div>`;
  }

  #name({ params }: Generation): string {
    return this.#view.texts.t(params.camera.move);
  }

  #question(generation: Generation): TemplateResult {
    const { t } = this.#view.texts;
    return html`<div class="question" role="alertdialog" aria-labelledby="sure">
      <p id="sure">${t('deleteSure')}</p>
      <div class="buttons">
        <button
          class="button danger"
          type="button"
          part="delete-yes"
          ?disabled=${this.#busy === 'delete'}
          @click=${() => void this.#delete(generation)}
        >
          ${t('delete')}
        </button>
        <button class="button" type="button" part="delete-no" @click=${() => this.#ask(false)}>
          ${t('keep')}
        </button>
      </div>
    </div>`;
  }

  #ask(asking: boolean): void {
    this.#asking = asking;
    this.#host.requestUpdate();
    void this.#view.focusPart(asking ? 'delete-no' : 'delete');
  }

  async #delete({ id }: Generation): Promise<void> {
    await this.#while('delete', () => this.#view.flow.delete(id));
    this.#asking = false;
    this.#host.requestUpdate();
  }

  async #share(generation: Generation): Promise<void> {
    await this.#while('share', async () => {
      this.#file ??= await this.#fetchFile(await this.#fresh(generation));
      try {
        await navigator.share({ files: [this.#file] });
      } catch (error) {
        // Closed by the visitor; or fetched too long for this press to count, and the next one is instant.
        if (!(error instanceof DOMException)) throw error;
      }
    });
  }

  async #fetchFile({ output }: Generation): Promise<File> {
    const answer = await fetch(output?.download_url ?? '', { credentials: 'omit' });
    return new File([await answer.blob()], 'imgvid.mp4', { type: 'video/mp4' });
  }

  /** Signed URLs end; a page may stay open for longer. */
  async #fresh(generation: Generation): Promise<Generation> {
    const ends = Date.parse(generation.output?.expires_at ?? '');
    if (ends > Date.now() + 5000) return generation;
    const again = await this.#refresh(generation.id);
    if (this.#shown?.id === again.id) this.#shown = again;
    return again;
  }

  async #download(event: Event, generation: Generation): Promise<void> {
    if (Date.parse(generation.output?.expires_at ?? '') > Date.now() + 5000) return;
    event.preventDefault();
    const link = event.currentTarget as HTMLAnchorElement;
    await this.#while('share', () => this.#fresh(generation));
    await this.#host.updateComplete;
    if (!this.#failure) link.click();
  }

  /** The video did not come: with a URL that has ended, a new one helps; else it can still be downloaded. */
  async #renew(generation: Generation): Promise<void> {
    if (Date.parse(generation.output?.expires_at ?? '') > Date.now()) this.#lost = true;
    else await this.#fresh(generation).catch(() => (this.#lost = true));
    this.#host.requestUpdate();
  }

  async #while(what: 'delete' | 'share', work: () => Promise<unknown>): Promise<void> {
    this.#busy = what;
    this.#failure = null;
    this.#host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.#failure = toFailure(error);
    }
    this.#busy = null;
    this.#host.requestUpdate();
  }
}

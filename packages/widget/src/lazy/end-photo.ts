import type { Model } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import type { Choices } from '../choices.ts';
import type { Flow } from '../controllers/flow.ts';
import { PhotoSource } from '../controllers/photo-source.ts';
import { UploadController } from '../controllers/upload.ts';
import { toFailure, type Failure } from '../errors.ts';
import { preparePhoto } from '../photo/prepare.ts';
import type { View } from '../view.ts';
import { icon } from '../views/icons.ts';
import { sentence } from '../views/notices.ts';

/** Pixels, in the line of a field. */
const thumbHeight = 28;

/** The photo that a video is to end on: how far it has come. What counts is the wish for it. */
class EndPhoto {
  readonly source: PhotoSource;
  readonly upload: UploadController;
  failure: Failure | null = null;
  isComing = false;
  /** Which file was chosen last, counted. */
  #turn = 0;
  #restoring: string | null = null;
  readonly #flow: Flow;

  constructor(flow: Flow) {
    this.#flow = flow;
    const changed = (): void => flow.wishes.change({});
    const host = { addController: changed, removeController: changed, requestUpdate: changed };
    this.upload = new UploadController({ ...host, updateComplete: Promise.resolve(true) }, () => undefined);
    this.source = new PhotoSource(this.upload, changed);
  }

  async choose(file: Blob | undefined, model: Model, { session }: View): Promise<void> {
    if (!file) return;
    const turn = ++this.#turn;
    const first = this.#first;
    this.failure = null;
    this.isComing = true;
    this.#flow.wishes.change({ end_upload_id: null });
    try {
      const photo = await preparePhoto(file, model.photo);
      if (turn !== this.#turn) return;
      this.source.take(photo);
      const uploaded = await this.source.send(photo, session);
      if (turn !== this.#turn || !uploaded) return;
      // Begun anew meanwhile: it was for another video.
      if (this.#first === first) this.#flow.wishes.change({ end_upload_id: uploaded.id });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.failure = toFailure(error);
    }
    this.isComing = false;
    this.#flow.wishes.change({});
  }

  /** The photo that the video is made of. */
  get #first(): object | null {
    return this.#flow.photo.given ?? this.#flow.photo.uploaded;
  }

  remove(): void {
    this.#turn++;
    this.source.clear();
    this.failure = null;
    this.isComing = false;
    this.#flow.wishes.change({ end_upload_id: null });
  }

  /** Follows the wish: that of an earlier video is shown again, one that is given up is forgotten. */
  follow(id: string | null, { session }: View): void {
    if (id === null) {
      if (!this.isComing && this.source.picture) this.source.clear();
      this.#restoring = null;
    } else if (id !== this.source.uploaded?.id && id !== this.#restoring) {
      this.#restoring = id;
      void this.source.restore(id, session).then(() => {
        if (this.#restoring === id && !this.source.uploaded) this.remove();
      });
    }
  }
}

const kept = new WeakMap<Flow, EndPhoto>();

function of(flow: Flow): EndPhoto {
  const found = kept.get(flow) ?? new EndPhoto(flow);
  kept.set(flow, found);
  return found;
}

function thumb(picture: HTMLCanvasElement): HTMLCanvasElement {
  const small = document.createElement('canvas');
  small.height = 2 * thumbHeight;
  small.width = Math.round((picture.width / picture.height) * small.height);
  small.style.blockSize = `${thumbHeight}px`;
  small.getContext('2d')?.drawImage(picture, 0, 0, small.width, small.height);
  return small;
}

/** A field like those of length and shape, which takes a file. */
export function endPhoto(view: View, model: Model, choices: Choices): TemplateResult | typeof nothing {
  if (!model.end_frame) return nothing;
  const { flow, texts } = view;
  const end = of(flow);
  end.follow(choices.end_upload_id, view);
  const { picture } = end.source;
  const state = end.isComing
    ? `${texts.t('uploading')} ${texts.percent(end.upload.progress)}`
    : texts.t(choices.end_upload_id ? 'changePhoto' : 'choose');
  const take = ({ target }: Event): void => {
    const input = target as HTMLInputElement;
    void end.choose(input.files?.[0], model, view);
    input.value = '';
  };
  return html`<label class="field">
      <span class="field-label">${texts.t('endPhoto')}</span>
      <span class="field-value">${picture ? thumb(picture) : icon('photo')}<span>${state}</span></span>
      <input
        class="over"
        type="file"
        part="end-frame"
        accept="image/*"
        aria-label=${texts.t('endPhoto')}
        @change=${take}
      />
    </label>
    ${end.failure ? html`<p class="notice bad" part="error">${icon('alert')}<span>${sentence(view, end.failure)}</span></p>` : nothing}
    ${
      end.isComing || choices.end_upload_id
        ? html`<button class="link" type="button" part="remove-end-frame" @click=${() => end.remove()}>
            ${texts.t('removePhoto')}
          </button>`
        : nothing
    }`;
}

import {
  aspectRatios,
  cameraMoves,
  resolutions,
  widgetControls,
  type WidgetControl,
} from '@imgvid/api/names';
import type { Site } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { selectField } from '../../elements/fields.ts';
import { shared } from '../../styles/shared.ts';
import { sentenceCase } from '../videos/status.ts';

type Look = Site['look'];
type Defaults = Look['defaults'];

const controls: Record<WidgetControl, string> = {
  model: 'Model',
  camera_move: 'Camera move',
  camera_strength: 'Strength of the move',
  duration: 'Length',
  aspect_ratio: 'Shape',
  resolution: 'Quality',
  fps: 'Frames per second',
  loop: 'Loop',
  prompt: 'Words',
  negative_prompt: 'What to leave out',
  seed: 'Seed',
  end_frame: 'Last photo',
  take_photo: 'Take a photo',
  history: 'Earlier videos',
  download: 'Download',
  share: 'Share',
};

const unset = ['', 'Model’s own'] as const;
const own = (values: readonly (string | number)[]): (readonly [string, string])[] => [
  unset,
  ...values.map((value): [string, string] => [String(value), sentenceCase(String(value))]),
];

/**
 * What visitors may choose, and what is chosen at first.
 *
 * @fires ic-look - With what was changed.
 */
export class LookChoices extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 1.25rem;
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
        gap: 0.5rem 1rem;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
        gap: 0.875rem;
      }
    `,
  ];
  static override properties = { look: { attribute: false } };

  declare look: Look;
  readonly #models = new Task(this, {
    args: () => [],
    task: (_, { signal }) => api.models(signal),
  });

  #change(change: Partial<Look>): void {
    this.dispatchEvent(new CustomEvent('ic-look', { detail: change }));
  }

  #hide(control: WidgetControl, shown: boolean): void {
    const others = this.look.hidden_controls.filter((name) => name !== control);
    this.#change({ hidden_controls: shown ? others : [...others, control].toSorted() });
  }

  #prefer<K extends keyof Defaults>(name: K, value: Defaults[K] | undefined): void {
    const { [name]: _, ...rest } = this.look.defaults;
    this.#change({ defaults: value === undefined ? rest : { ...rest, [name]: value } });
  }

  protected override render(): TemplateResult {
    return html`<section class="card">
        <header>
          <div>
            <h2>Controls</h2>
            <p class="small muted">What is left out stays at its default.</p>
          </div>
        </header>
        <div class="grid pad-block">
          ${widgetControls.map(
            (control) =>
              html`<label class="check">
                <input
                  type="checkbox"
                  .checked=${!this.look.hidden_controls.includes(control)}
                  @change=${(event: Event) => this.#hide(control, (event.target as HTMLInputElement).checked)}
                />
                <span>${controls[control]}</span>
              </label>`,
          )}
        </div>
      </section>
      <section class="card">
        <header><h2>Chosen at first</h2></header>
        <div class="fields pad-block">${this.#defaults()}</div>
      </section>`;
  }

  #defaults(): TemplateResult[] {
    const { defaults } = this.look;
    const durations = [...new Set(this.#models.value?.flatMap((model) => model.durations_s))].toSorted(
      (a, b) => a - b,
    );
    const select = <K extends keyof Defaults>(
      name: K,
      label: string,
      values: readonly (string | number)[],
      read: (text: string) => Defaults[K],
    ): TemplateResult =>
      selectField({
        name,
        label,
        value: String(defaults[name] ?? ''),
        options: own(values),
        onChange: (text) => this.#prefer(name, text === '' ? undefined : read(text)),
      });
    return [
      select('camera_move', 'Camera move', cameraMoves, (text) => text as Defaults['camera_move']),
      select('duration_s', 'Length in seconds', durations, Number),
      select('aspect_ratio', 'Shape', aspectRatios, (text) => text as Defaults['aspect_ratio']),
      select('resolution', 'Quality', resolutions, (text) => text as Defaults['resolution']),
    ];
  }
}

customElements.define('look-choices', LookChoices);

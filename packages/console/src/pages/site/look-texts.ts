import { widgetTexts, type WidgetText } from '@imgvid/api/names';
import type { Site } from '@imgvid/api/types';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { selectField, textField } from '../../elements/fields.ts';
import { shared } from '../../styles/shared.ts';

type Texts = Site['look']['texts'];

const languages = [
  ['*', 'Every language'],
  ['en', 'English'],
  ['de', 'German'],
  ['fr', 'French'],
  ['es', 'Spanish'],
  ['ja', 'Japanese'],
  ['ar', 'Arabic'],
] as const;

const labels: Record<WidgetText, string> = {
  title: 'Title',
  lead: 'Lead',
  dropHere: 'While a photo is over it',
  choose: 'Button: choose a photo',
  takePhoto: 'Button: take a photo',
  formats: 'Note on formats',
  model: 'Label: model',
  chooseMove: 'Heading: camera move',
  duration: 'Label: length',
  shape: 'Label: shape',
  quality: 'Label: quality',
  more: 'More options',
  promptCamera: 'Label: the move in words',
  promptScene: 'Label: what should happen',
  promptExample: 'Example of a prompt',
  create: 'Button: create',
  uploading: 'While uploading',
  rendering: 'While rendering',
  doneTitle: 'When it is ready',
  download: 'Button: download',
  share: 'Button: share',
  again: 'Button: once more',
  newPhoto: 'Button: another photo',
  history: 'Heading: earlier videos',
  failedTitle: 'When it failed',
  errorCredits: 'Without credits',
  errorLimit: 'At a limit',
  errorSite: 'When the site is not set up',
};

/** Those that are changed most; the others are behind a button. */
const common = new Set<WidgetText>(['title', 'lead', 'choose', 'create', 'doneTitle']);

/**
 * Texts in place of the widget's own.
 *
 * @fires ic-look - With the changed texts.
 */
export class LookTexts extends LitElement {
  static override styles = [
    shared,
    css`
      summary {
        cursor: pointer;
        font-weight: 550;
      }
      details .stack {
        padding-block-start: 1rem;
      }
      .stack {
        gap: 0.875rem;
      }
    `,
  ];
  static override properties = { texts: { attribute: false }, language: { state: true } };

  declare texts: Texts;
  declare language: string;

  constructor() {
    super();
    this.language = '*';
  }

  #write(name: WidgetText, text: string): void {
    const { [this.language]: before = {}, ...others } = this.texts;
    const { [name]: _, ...rest } = before;
    const now = text === '' ? rest : { ...rest, [name]: text };
    const texts = Object.keys(now).length === 0 ? others : { ...others, [this.language]: now };
    this.dispatchEvent(new CustomEvent('ic-look', { detail: { texts } }));
  }

  protected override render(): TemplateResult {
    const known = new Set<string>(languages.map(([tag]) => tag));
    const others = Object.keys(this.texts).filter((tag) => !known.has(tag));
    return html`<section class="card">
      <header><h2>Texts</h2></header>
      <div class="stack pad-block">
        ${selectField({
          name: 'language',
          label: 'In',
          value: this.language,
          options: [...languages, ...others.map((tag) => [tag, tag] as const)],
          onChange: (language) => (this.language = language),
        })}
        ${this.#fields(widgetTexts.filter((name) => common.has(name)))}
        <details>
          <summary>All texts</summary>
          <div class="stack">${this.#fields(widgetTexts.filter((name) => !common.has(name)))}</div>
        </details>
      </div>
    </section>`;
  }

  #fields(names: readonly WidgetText[]): TemplateResult[] {
    return names.map((name) =>
      textField({
        name,
        label: labels[name],
        value: this.texts[this.language]?.[name] ?? '',
        placeholder: 'The widget’s own',
        maxlength: 300,
        onInput: (text) => this.#write(name, text),
      }),
    );
  }
}

customElements.define('look-texts', LookTexts);

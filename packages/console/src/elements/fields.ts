import { html, noChange, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export interface TextField {
  name: string;
  label: string;
  value?: string;
  type?: 'text' | 'email' | 'password' | 'url' | 'number' | 'date';
  hint?: string | TemplateResult;
  error?: string | undefined;
  required?: boolean;
  autocomplete?: string;
  inputmode?: 'numeric' | 'email' | 'url';
  placeholder?: string;
  maxlength?: number;
  min?: number;
  max?: number;
  pattern?: string;
  autofocus?: boolean;
  disabled?: boolean;
  onInput?: (value: string) => void;
}

const describedBy = (name: string, hint: unknown, error: unknown): string | typeof nothing =>
  [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ') || nothing;

/**
 * A field whose changes are followed shows what it is told. Any other keeps what was put into it until it is told
 * something new, so that drawing the form again, as for a refusal, takes nothing away.
 */
const kept = (value: string | boolean, follow: unknown) => (follow ? live(value) : value);

/** A field with its label, what helps to fill it in, and what the API says of it. */
export function textField(field: TextField): TemplateResult {
  const { name, error, hint, onInput } = field;
  return html`<div class="field">
    <label for=${name}>${field.label}</label>
    <input
      class="input"
      id=${name}
      name=${name}
      type=${field.type ?? 'text'}
      .value=${field.value === undefined ? noChange : kept(field.value, onInput)}
      autocomplete=${field.autocomplete ?? 'off'}
      inputmode=${field.inputmode ?? nothing}
      placeholder=${field.placeholder ?? nothing}
      maxlength=${field.maxlength ?? nothing}
      min=${field.min ?? nothing}
      max=${field.max ?? nothing}
      pattern=${field.pattern ?? nothing}
      spellcheck=${field.type === 'text' || field.type === undefined ? nothing : 'false'}
      ?required=${field.required ?? false}
      ?autofocus=${field.autofocus ?? false}
      ?disabled=${field.disabled ?? false}
      aria-invalid=${error ? 'true' : nothing}
      aria-describedby=${describedBy(name, hint, error)}
      @input=${(event: InputEvent) => onInput?.((event.target as HTMLInputElement).value)}
    />
    ${hint ? html`<span class="small muted" id="${name}-hint">${hint}</span>` : nothing}
    ${error ? html`<span class="small bad" id="${name}-error">${error}</span>` : nothing}
  </div>`;
}

/** A password that is chosen, not given. */
export const newPasswordField = (field: Partial<TextField>): TemplateResult =>
  textField({
    name: 'password',
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    maxlength: 200,
    hint: 'Long beats complicated. The most common ones are refused.',
    ...field,
  });

/** For `pattern`: something must be said, not only spaces. */
export const notBlank = '.*\\S.*';

export interface SelectField {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  hint?: string;
  disabled?: boolean;
  onChange?: (value: string) => void;
}

export function selectField({ name, label, value, options, hint, ...field }: SelectField): TemplateResult {
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <select
      class="input"
      id=${name}
      name=${name}
      ?disabled=${field.disabled ?? false}
      aria-describedby=${describedBy(name, hint, undefined)}
      @change=${(event: Event) => field.onChange?.((event.target as HTMLSelectElement).value)}
    >
      ${options.map(
        ([option, text]) =>
          html`<option value=${option} .selected=${kept(option === value, field.onChange)}>${text}</option>`,
      )}
    </select>
    ${hint ? html`<span class="small muted" id="${name}-hint">${hint}</span>` : nothing}
  </div>`;
}

/** What went wrong with a form as a whole. */
export const formFailure = ({ failure }: { failure: string }): TemplateResult | typeof nothing =>
  failure ? html`<p class="notice bad" role="alert">${failure}</p>` : nothing;

/** The texts of a form, by the names of its fields. */
export function valuesOf(event: Event): Record<string, string> {
  event.preventDefault();
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(event.currentTarget as HTMLFormElement)) {
    if (typeof value === 'string') values[name] = value;
  }
  return values;
}

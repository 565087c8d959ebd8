import { html, type TemplateResult } from 'lit';
import type { Submission } from '../../data/submission.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';

interface AskMail {
  heading: string;
  text: string;
  /** What was written before, when somebody comes back. */
  email: string;
  submission: Submission;
  ask: (email: string) => void;
}

/** The first step of whatever goes on with a link in a mail: the address. */
export const askMail = ({ heading, text, email, submission, ask }: AskMail): TemplateResult =>
  html`<form class="stack" @submit=${(event: Event) => ask(valuesOf(event)['email'] ?? '')}>
    <div>
      <h1 tabindex="-1">${heading}</h1>
      <p class="muted">${text}</p>
    </div>
    ${formFailure(submission)}
    ${textField({
      name: 'email',
      label: 'E-mail address',
      type: 'email',
      autocomplete: 'email',
      required: true,
      maxlength: 254,
      error: submission.fields['email'],
      ...(email && { value: email }),
    })}
    <button class="button primary wide" type="submit" ?disabled=${submission.busy}>
      ${submission.busy ? 'Sending…' : 'Send me a link'}
    </button>
  </form>`;

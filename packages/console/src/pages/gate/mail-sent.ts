import { html, nothing, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import { serverSettings } from '../../data/server-settings.ts';

const outbox = serverSettings().then(
  (settings) =>
    settings.outbox === null
      ? nothing
      : html`<p class="notice">
          <span>
            This server is for development: its mails are in the
            <a href=${settings.outbox} target="_blank" rel="noopener">outbox</a>.
          </span>
        </p>`,
  () => nothing,
);

/** After a mail was asked for: the same words whether or not the address has an account. */
export const mailSent = (email: string, again: () => void): TemplateResult =>
  html`<div class="stack" role="status">
    <h1 tabindex="-1">Look into your mail</h1>
    <p>
      We have written to <strong>${email}</strong>. Open the link in the mail to go on; it works once. It may
      take a minute, and it may be among the junk.
    </p>
    ${until(outbox, nothing)}
    <button class="button wide" type="button" @click=${again}>Use another address, or send it again</button>
  </div>`;

import type { AuditEvent } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import '../../elements/copy.ts';
import '../../elements/dialog.ts';
import { formatDateTime } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

/**
 * All that the log knows of one event.
 *
 * @fires ic-close - When the dialog has closed.
 */
export class AuditEventDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.5rem 1.25rem;
      }
      dd {
        overflow-wrap: anywhere;
      }
    `,
  ];
  static override properties = { event: { attribute: false }, who: {}, what: {} };

  declare event: AuditEvent | null;
  declare who: string;
  declare what: string;

  constructor() {
    super();
    this.event = null;
    this.who = '';
    this.what = '';
  }

  protected override render(): TemplateResult {
    const { event } = this;
    return html`<ic-dialog
      .heading=${this.what}
      .open=${event !== null}
      @ic-close=${() => this.dispatchEvent(new CustomEvent('ic-close'))}
    >
      ${event === null ? nothing : this.#facts(event)}
    </ic-dialog>`;
  }

  #facts(event: AuditEvent): TemplateResult {
    const facts: [string, string | null][] = [
      ['Who', this.who],
      ['When', formatDateTime(event.at)],
      ['Browser', event.device],
      ['Network', event.network],
      ['Action', event.action],
      ['On', [event.subject.type, event.subject.id].filter(Boolean).join(' ')],
      ['Number', String(event.seq)],
    ];
    return html`<div class="stack">
      <dl>
        ${facts.map(([name, value]) =>
          value
            ? html`<dt class="muted">${name}</dt>
                <dd>${value}</dd>`
            : nothing,
        )}
      </dl>
      ${
        Object.keys(event.detail).length > 0
          ? html`<div class="field">
              <span class="label">Details</span>
              <ic-copy .text=${JSON.stringify(event.detail, null, 2)} label="the details"></ic-copy>
            </div>`
          : nothing
      }
      <div class="field">
        <span class="label">Hash</span>
        <ic-copy .text=${event.hash} label="the hash"></ic-copy>
      </div>
    </div>`;
  }
}

customElements.define('audit-event-dialog', AuditEventDialog);

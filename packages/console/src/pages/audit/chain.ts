import type { AuditVerification } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, sentenceOf } from '../../data/api.ts';
import { download } from '../../data/download.ts';
import { Submission } from '../../data/submission.ts';
import '../../elements/copy.ts';
import { toast } from '../../elements/toast.ts';
import { formatNumber } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

/** Whether the log is whole, proven anew by the server whenever it is looked at, and the whole of it to keep. */
export class AuditChain extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        display: grid;
        gap: 1rem;
      }
      summary {
        cursor: pointer;
      }
      details > * + * {
        margin-block-start: 0.75rem;
      }
    `,
  ];

  readonly #submission = new Submission(this);
  readonly #task = new Task(this, {
    args: () => [],
    task: (_, { signal }) => api.get<AuditVerification>('/v1/audit-events/verification', {}, signal),
  });

  async #export(format: 'csv' | 'jsonl'): Promise<void> {
    await this.#submission.run(() => download('/v1/audit-events/export', { format }, `audit.${format}`));
    if (this.#submission.failure) toast({ text: this.#submission.failure, bad: true });
  }

  protected override render(): TemplateResult {
    return html`<section class="card pad" aria-label="Proof and export">
      <div class="row spread">
        <div role="status">
          ${this.#task.render({
            initial: () => html`<span class="badge">Being checked…</span>`,
            pending: () => html`<span class="badge">Being checked…</span>`,
            complete: (found) => this.#standing(found),
            error: (error) => html`<span class="bad">${sentenceOf(error)}</span>`,
          })}
        </div>
        <div class="row">
          <button class="button" type="button" @click=${() => void this.#task.run()}>Check again</button>
          ${this.#exportButton('csv', 'Export CSV')} ${this.#exportButton('jsonl', 'Export JSON lines')}
        </div>
      </div>
      ${this.#task.value?.head ? this.#head(this.#task.value.head) : nothing}
    </section>`;
  }

  #exportButton(format: 'csv' | 'jsonl', label: string): TemplateResult {
    return html`<button
      class="button"
      type="button"
      ?disabled=${this.#submission.busy}
      @click=${() => void this.#export(format)}
    >
      ${label}
    </button>`;
  }

  #standing({ intact, events, first_bad }: AuditVerification): TemplateResult {
    if (intact) {
      return html`<span class="badge good">Intact</span>
        <span class="small muted">
          ${events === 1 ? 'One event, its hash' : `${formatNumber(events)} events, each hash`} made anew
        </span>`;
    }
    return html`<p class="bad">
      <strong>The log was tampered with.</strong> Event ${first_bad} does not fit the one before it.
    </p>`;
  }

  #head(head: string): TemplateResult {
    return html`<details class="small">
      <summary>Prove it later</summary>
      <p class="muted">
        This is the hash of the newest event. Keep it elsewhere: as long as it is found in an export, nothing
        before it was changed.
      </p>
      <ic-copy .text=${head} label="the newest hash"></ic-copy>
    </details>`;
  }
}

customElements.define('audit-chain', AuditChain);

import { html, type TemplateResult } from 'lit';
import { newPasswordField } from '../../elements/fields.ts';

interface PasswordChoice {
  /** No password: whoever signs in gets a link by mail. */
  byLink: boolean;
  error: string | undefined;
  change: (byLink: boolean) => void;
}

/** A new password, or none. */
export const passwordChoice = ({ byLink, error, change }: PasswordChoice): TemplateResult =>
  html`${newPasswordField({ label: 'Password', required: !byLink, disabled: byLink, error })}
    <label class="check">
      <input
        type="checkbox"
        .checked=${byLink}
        @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
      />
      <span>No password: send me a link by mail whenever I sign in</span>
    </label>`;

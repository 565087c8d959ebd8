import { css } from 'lit';

/** What is pressed. */
export const buttons = css`
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-block-size: 2.5rem;
    padding: 0.375rem 0.9375rem;
    border: 1px solid var(--line);
    border-radius: 0.625rem;
    background: var(--raised);
    color: var(--text);
    font-weight: 550;
    line-height: 1.25;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 0.15s,
      border-color 0.15s;
  }
  .button:hover {
    border-color: color-mix(in oklab, var(--text) 28%, var(--line));
  }
  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover {
    background: color-mix(in oklab, var(--accent), #000 10%);
  }
  .button.danger {
    border-color: transparent;
    background: var(--danger-fill);
    color: #fff;
  }
  .button.quiet {
    border-color: transparent;
    background: none;
    color: var(--muted);
  }
  .button.quiet:hover {
    background: color-mix(in oklab, var(--text) 7%, transparent);
    color: var(--text);
  }
  .button:disabled,
  .button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.55;
  }
  .button.square {
    inline-size: 2.5rem;
    padding: 0;
  }
  .button.wide {
    inline-size: 100%;
  }
  .link {
    appearance: none;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent-text);
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
`;

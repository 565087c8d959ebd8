import { css } from 'lit';

/** What is filled in. */
export const fields = css`
  .field {
    display: grid;
    gap: 0.375rem;
  }
  .field > label,
  .label {
    font-weight: 550;
    font-size: 0.875rem;
  }
  .input {
    appearance: none;
    inline-size: 100%;
    min-block-size: 2.5rem;
    padding: 0.4375rem 0.75rem;
    border: 1px solid color-mix(in oklab, var(--text) 32%, var(--surface));
    border-radius: 0.625rem;
    background: var(--surface);
    transition: border-color 0.15s;
  }
  .input:focus-visible {
    outline: 2px solid var(--accent-text);
    outline-offset: 0;
    border-color: transparent;
    border-radius: 0.625rem;
  }
  .input[aria-invalid='true'] {
    border-color: var(--danger);
  }
  select.input {
    padding-inline-end: 2rem;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-size: 0.35rem 0.35rem;
    background-position:
      right 1.05rem center,
      right 0.72rem center;
    background-repeat: no-repeat;
  }
  textarea.input {
    min-block-size: 6rem;
    resize: vertical;
  }
  .check {
    display: flex;
    gap: 0.625rem;
    align-items: start;
  }
  .check input {
    flex: none;
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin-block-start: 0.15rem;
    accent-color: var(--accent);
  }
`;

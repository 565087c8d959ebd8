import { css } from 'lit';

/** A long table of `ic-rows` with its filters; its page gives the columns and how high a row is. */
export const rowStyles = css`
  .filters {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
    gap: 0.75rem;
    align-items: end;
  }
  ic-rows {
    display: block;
    position: relative;
    contain: layout style;
  }
  [role='row'] {
    display: grid;
    gap: 1rem;
    align-items: center;
    padding: 0 1.25rem;
    border-block-end: 1px solid var(--line);
  }
  .head {
    min-block-size: 2.75rem;
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
  }
  ic-rows [role='row'] {
    position: absolute;
    inset-inline: 0;
    contain: strict;
  }
  ic-rows [role='row']:hover {
    background: color-mix(in oklab, var(--text) 3%, transparent);
  }
  /* The whole row opens; what else can be pressed lies above it. */
  .opens::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .opens:focus-visible {
    outline: 0;
  }
  .opens:focus-visible::after {
    outline: 2px solid var(--accent-text);
    outline-offset: -2px;
  }
`;

import { css } from 'lit';

/** How things stand beside and below each other. */
export const layout = css`
  .stack {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: center;
  }
  .spread {
    justify-content: space-between;
  }
  .page-head {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1rem;
    align-items: end;
    justify-content: space-between;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  .card.pad {
    padding: 1.25rem;
  }
  .card > header {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 1rem 1.25rem;
    border-block-end: 1px solid var(--line);
  }
  .card > header:only-child {
    border: 0;
  }
  .card > header > :first-child {
    flex: 1 1 auto;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .card > header > div:first-child:not(:only-child) {
    flex: 1 1 12rem;
  }
  .pad-block {
    padding: 1.25rem;
  }
  @media (max-width: 40rem) {
    .card.pad {
      padding: 1rem;
    }
  }
`;

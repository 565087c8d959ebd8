import { css } from 'lit';

/** Tables, which scroll by themselves where they are too wide. */
export const tables = css`
  /* Positioned, or what only screen readers see would stick out of it and widen the page. */
  .scroll {
    position: relative;
    overflow-x: auto;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.6875rem 1.25rem;
    text-align: start;
    vertical-align: middle;
    border-block-start: 1px solid var(--line);
  }
  thead th {
    border: 0;
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
    white-space: nowrap;
  }
  thead + tbody tr:first-child > * {
    border-block-start: 1px solid var(--line);
  }
  th[scope='row'] {
    font-weight: 530;
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  @media (max-width: 40rem) {
    th,
    td {
      padding-inline: 1rem;
    }
  }
`;

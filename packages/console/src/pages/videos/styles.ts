import { css } from 'lit';

/** Every row is as high as its neighbours, so that where each stands is known without drawing it. */
export const rowHeight = 76;

export const videosStyles = css`
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
    grid-template-columns: 5.5rem minmax(0, 2fr) minmax(0, 1.2fr) 7rem 6.5rem 4rem 2.5rem;
    gap: 1rem;
    align-items: center;
    padding: 0 1.25rem;
    border-block-end: 1px solid var(--line);
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    min-block-size: 2.75rem;
    border-radius: var(--radius) var(--radius) 0 0;
    background: var(--surface);
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
  }
  .head > :first-child {
    grid-column: span 2;
  }
  /* The whole row is the link; what else can be pressed lies above it. */
  ic-rows [role='row'] {
    position: absolute;
    inset-inline: 0;
    block-size: 76px;
    contain: strict;
  }
  ic-rows a {
    color: inherit;
    font-weight: 530;
    text-decoration: none;
  }
  ic-rows a::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  ic-rows a:focus-visible {
    outline: 0;
  }
  ic-rows a:focus-visible::after {
    outline: 2px solid var(--accent-text);
    outline-offset: -2px;
  }
  .remove {
    position: relative;
    z-index: 1;
  }
  ic-rows [role='row']:hover {
    background: color-mix(in oklab, var(--text) 3%, transparent);
  }
  .thumb {
    display: block;
    inline-size: 5.5rem;
    block-size: 3.5rem;
    border-radius: 0.5rem;
    background: var(--well);
    object-fit: cover;
  }
  .name {
    display: grid;
    min-inline-size: 0;
  }
  .name > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .number {
    text-align: end;
  }
  .wait {
    display: flex;
    gap: 1rem;
    align-items: center;
    block-size: 76px;
    padding-inline: 1.25rem;
    border-block-end: 1px solid var(--line);
  }
  .wait span:nth-child(2) {
    inline-size: 40%;
    block-size: 0.875rem;
  }
  @media (max-width: 56rem) {
    [role='row'] {
      grid-template-columns: 5.5rem minmax(0, 1fr) auto;
    }
    .head,
    .who,
    .when,
    .number,
    .remove {
      display: none;
    }
  }
`;

import { css } from 'lit';

/** Every row is as high as its neighbours, so that where each stands is known without drawing it. */
export const rowHeight = 76;

export const videosStyles = css`
  [role='row'] {
    grid-template-columns: 5.5rem minmax(0, 2fr) minmax(0, 1.2fr) 7rem 6.5rem 4rem 2.5rem;
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    border-radius: var(--radius) var(--radius) 0 0;
    background: var(--surface);
  }
  .head > :first-child {
    grid-column: span 2;
  }
  ic-rows [role='row'] {
    block-size: 76px;
  }
  .opens {
    color: inherit;
    font-weight: 530;
    text-decoration: none;
  }
  .remove {
    position: relative;
    z-index: 1;
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

import { css } from 'lit';

/** Every row is as high as its neighbours, so that where each stands is known without drawing it. */
export const rowHeight = 64;

export const auditStyles = css`
  [role='row'] {
    grid-template-columns: minmax(0, 2.4fr) minmax(0, 1fr) minmax(0, 1.2fr) 8rem;
  }
  ic-rows [role='row'] {
    block-size: 64px;
  }
  [role='cell'] {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  [role='cell'] > span {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  [role='cell'] > .phone {
    display: none;
  }
  .opens {
    appearance: none;
    display: block;
    max-inline-size: 100%;
    padding: 0;
    border: 0;
    background: none;
    font-weight: 530;
    text-align: start;
    overflow: hidden;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  @media (max-width: 56rem) {
    [role='row'] {
      grid-template-columns: minmax(0, 1fr) auto;
      padding-inline: 1rem;
    }
    .head,
    .who,
    .where {
      display: none;
    }
    [role='cell'] > .phone {
      display: block;
    }
  }
`;

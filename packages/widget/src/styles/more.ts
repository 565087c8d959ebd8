import { css } from 'lit';

/** The options that fold out and the list of models, which come when a visitor means to use the widget. */
export const moreStyles = css`
  .more {
    border-block: 1px solid var(--line);
  }
  .more summary {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding-block: 0.6875em;
    border-radius: 0.5em;
    font-size: 0.9375em;
    font-weight: 500;
    cursor: pointer;
    list-style: none;
  }
  .more summary::-webkit-details-marker {
    display: none;
  }
  .more summary .icon {
    color: var(--muted);
    transition: transform 0.2s var(--ease);
  }
  .more[open] summary .icon {
    transform: rotate(180deg);
  }
  .more + .more {
    margin-block-start: -1em;
    border-block-start: 0;
  }
  .models {
    display: grid;
    gap: 0.25em;
    max-block-size: 19em;
    margin: 0 0 0.75em;
    overflow: auto;
  }
  .model {
    position: relative;
    display: grid;
    gap: 0.125em;
    padding: 0.5em 0.75em;
    border-radius: 0.75em;
  }
  .model:has(:checked) {
    background: var(--tint);
  }
  .chosen {
    margin-inline: auto 0.5em;
    color: var(--muted);
  }
  .more-body {
    display: grid;
    gap: 1em;
    padding-block: 0.25em 1em;
  }
`;

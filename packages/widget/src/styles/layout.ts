import { css } from 'lit';

/** The card in its states: one column on a telephone, the stage beside the choices where there is room. */
export const layout = css`
  .empty,
  .waiting-card {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 0.75em;
    min-block-size: 31.5em;
    padding: 2em 1.25em;
    text-align: center;
  }
  .empty .lead {
    max-inline-size: 32em;
  }
  .empty .buttons {
    display: grid;
    margin-block: 0.75em 0.25em;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.5em;
  }
  .stack {
    display: grid;
    gap: 0.5em;
  }
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .body.alone {
    grid-template-columns: minmax(0, 32em);
    place-content: center;
    min-block-size: 31.5em;
    background: var(--surface);
    text-align: center;
  }
  .alone .panel {
    border: 0;
  }
  .alone .badge {
    margin-inline: auto;
  }
  .stage {
    position: relative;
    display: grid;
    place-items: center;
    block-size: min(92cqi, 25em);
    padding: 0.75em;
    overflow: hidden;
    background: var(--well);
  }
  .frame {
    position: relative;
    overflow: hidden;
    border-radius: 0.75em;
    background: #000;
    box-shadow: 0 10px 30px -12px rgb(0 0 0 / 45%);
    transition:
      inline-size 0.28s var(--ease),
      block-size 0.28s var(--ease),
      filter 0.4s;
  }
  .moving > canvas {
    position: absolute;
    inset-block-start: 0;
    left: 0;
    transform-origin: 0 0;
    will-change: transform;
  }
  .frame::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
    box-shadow: inset 0 0 0 1px rgb(127 127 127 / 18%);
  }
  .root[data-state='working'] .frame,
  .root[data-state='failed'] .frame {
    filter: brightness(0.62) saturate(0.8);
  }
  .stage video {
    display: block;
    inline-size: auto;
    block-size: auto;
    max-inline-size: 100%;
    max-block-size: 100%;
    min-inline-size: min(100%, 14em);
    object-fit: contain;
    border-radius: 0.75em;
    background: #000;
    box-shadow: 0 10px 30px -12px rgb(0 0 0 / 45%);
  }
  .stage:has(video) {
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }
  .placeholder {
    display: grid;
    justify-items: center;
    gap: 0.75em;
    max-inline-size: 18em;
    color: var(--muted);
    font-size: 0.875em;
    text-align: center;
  }
  .placeholder .icon {
    inline-size: 2.5em;
    block-size: 2.5em;
    stroke-width: 1.25;
  }
  .play {
    position: absolute;
    z-index: 1;
    inset-block-start: 0.625em;
    inset-inline-end: 0.625em;
  }
  .pill {
    position: absolute;
    inset-block-end: 1.125em;
    inset-inline: 1.125em;
    justify-self: center;
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: 0.125em 0.5em;
    max-inline-size: 22em;
    padding: 0.5em 0.5em 0.625em 0.875em;
    border-radius: 0.875em;
    background: rgb(18 20 26 / 74%);
    color: #fff;
    backdrop-filter: blur(10px);
    animation: rise 0.24s var(--ease);
  }
  .pill-text {
    font-size: 0.8125em;
    line-height: 1.4;
  }
  .pill-text b {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .pill progress {
    block-size: 0.25em;
    background: rgb(255 255 255 / 24%);
    grid-row: 2;
  }
  .pill progress::-webkit-progress-value {
    background: #fff;
  }
  .pill progress::-moz-progress-bar {
    background: #fff;
  }
  .pill-button {
    appearance: none;
    grid-row: 1 / 3;
    grid-column: 2;
    display: grid;
    place-items: center;
    inline-size: 2em;
    block-size: 2em;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: inherit;
    cursor: pointer;
  }
  .panel {
    display: grid;
    align-content: start;
    gap: 1em;
    min-inline-size: 0;
    padding: 1em;
  }
  .panel > * {
    animation: rise 0.28s var(--ease) backwards;
  }
  .panel-head {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 1em;
  }
  .waiting,
  .waiting-card {
    display: grid;
    place-items: center;
    color: var(--muted);
  }
  .waiting {
    min-block-size: 12em;
  }
  .tiles {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: 6em;
    gap: 0.625em;
    margin-inline: -1em;
    padding: 0.25em 1em 0.375em;
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scroll-snap-type: x proximity;
    scroll-padding-inline: 1em;
    scrollbar-width: none;
  }
  .tile {
    position: relative;
    display: grid;
    gap: 0.375em;
    scroll-snap-align: start;
    cursor: pointer;
  }
  .tile-view {
    position: relative;
    display: block;
    aspect-ratio: 4 / 3;
    overflow: hidden;
    border-radius: 0.75em;
    background: var(--well);
    box-shadow: 0 0 0 1px var(--line);
    transition: box-shadow 0.16s;
  }
  .tile:has(:checked) .tile-view {
    box-shadow:
      0 0 0 2px var(--surface),
      0 0 0 4px var(--accent);
  }
  .tile-name {
    font-size: 0.8125em;
    line-height: 1.3;
    font-weight: 500;
    text-align: center;
    color: var(--muted);
  }
  .tile:has(:checked) .tile-name {
    color: var(--text);
    font-weight: 600;
  }
  .all-moves {
    display: none;
    align-items: center;
    justify-content: center;
    gap: 0.25em;
    margin-block-start: -0.25em;
  }
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1.3fr) minmax(0, 1fr);
    gap: 0.5em;
  }
  .row .field-value .icon {
    display: none;
  }
  .create {
    display: grid;
    gap: 0.625em;
  }
  .create .button {
    min-block-size: 3em;
  }
  @media (hover: hover) {
    .pill-button:hover {
      background: rgb(255 255 255 / 16%);
    }
    .tile:hover .tile-view {
      box-shadow: 0 0 0 2px color-mix(in oklab, var(--accent) 45%, var(--surface));
    }
  }
  @container imgvid (max-width: 19em) {
    .row {
      grid-template-columns: minmax(0, 1fr);
    }
    .empty {
      padding-inline: 1em;
    }
  }
  @container imgvid (min-width: 30em) {
    .empty {
      padding: 3em 2em;
    }
    .empty .buttons {
      display: flex;
    }
    .row .field-value .icon {
      display: block;
    }
    .title {
      font-size: 1.75em;
    }
    .panel {
      padding: 1.5em;
    }
    .tiles {
      margin-inline: -1.5em;
      padding-inline: 1.5em;
      scroll-padding-inline: 1.5em;
    }
  }
  @container imgvid (min-width: 44em) {
    .body {
      grid-template-columns: minmax(0, 1fr) minmax(21em, 0.62fr);
    }
    .body,
    .empty,
    .waiting-card {
      min-block-size: 37.5em;
    }
    .body {
      background: var(--well);
    }
    .stage {
      position: sticky;
      inset-block-start: 0;
      align-self: start;
      block-size: 37.5em;
      padding: 1.25em;
    }
    .panel {
      background: var(--surface);
      padding: 1.5em;
      border-inline-start: 1px solid var(--line);
    }
    .tiles {
      grid-auto-flow: row;
      grid-template-columns: repeat(4, minmax(0, 1fr));
      grid-auto-columns: auto;
      gap: 0.75em 0.5em;
      margin-inline: 0;
      padding: 0.25em;
      margin: -0.25em;
      overflow: visible;
    }
    .tiles.folded .later {
      display: none;
    }
    .all-moves {
      display: flex;
    }
  }
  @container imgvid (min-width: 62em) {
    .body {
      grid-template-columns: minmax(0, 1fr) 25em;
    }
  }
`;

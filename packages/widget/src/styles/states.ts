import { css } from 'lit';

/** What only shows up on the way: dragging, waiting, the result, earlier videos. */
export const states = css`
  .art {
    inline-size: min(15em, 70cqi);
    block-size: auto;
    overflow: visible;
    margin-block-end: 0.5em;
  }
  .art-paper {
    fill: var(--surface);
    stroke: var(--line);
    stroke-width: 1.25;
    filter: drop-shadow(0 6px 12px rgb(16 24 40 / 10%));
  }
  .art-tint {
    fill: color-mix(in oklab, var(--accent) 14%, var(--surface));
  }
  .art-sky {
    fill: color-mix(in oklab, var(--accent) 17%, var(--surface));
  }
  .art-far {
    fill: color-mix(in oklab, var(--accent) 42%, var(--surface));
  }
  .art-near {
    fill: color-mix(in oklab, var(--accent) 78%, var(--surface));
  }
  .art-sun {
    fill: light-dark(#ffb14a, #ffc978);
  }
  .art-path {
    fill: none;
    stroke: var(--muted);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-dasharray: 4 5;
  }
  .art-path + .art-path {
    stroke-dasharray: none;
  }
  .art-play circle {
    fill: var(--accent);
    stroke: var(--surface);
    stroke-width: 4;
  }
  .art-play path {
    fill: var(--on-accent);
  }
  .art-pan {
    animation: drift 9s ease-in-out infinite alternate;
    transform-origin: 126px 78px;
  }
  @keyframes drift {
    from {
      transform: translateX(10px) scale(1.04);
    }
    to {
      transform: translateX(-12px) scale(1.16);
    }
  }
  .drag {
    position: absolute;
    inset: 0;
    z-index: 2;
    display: grid;
    place-items: center;
    margin: 0.5em;
    border: 2px dashed var(--accent);
    border-radius: calc(var(--radius) - 0.375em);
    background: color-mix(in oklab, var(--tint) 88%, transparent);
    color: var(--accent-text);
    font-size: 1.125em;
    font-weight: 600;
    pointer-events: none;
    animation: rise 0.16s var(--ease);
  }
  .working,
  .done,
  .failed {
    display: grid;
    gap: 1.25em;
  }
  .working-head {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 1em;
    margin-block-end: -0.5em;
  }
  .percent {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    color: var(--accent-text);
  }
  .steps {
    display: grid;
    gap: 0.625em;
  }
  .step {
    display: flex;
    align-items: center;
    gap: 0.625em;
    font-size: 0.9375em;
    color: var(--muted);
  }
  .step.now {
    color: var(--text);
    font-weight: 550;
  }
  .dot {
    display: grid;
    place-items: center;
    inline-size: 1.25em;
    block-size: 1.25em;
    border: 2px solid var(--line);
    border-radius: 50%;
  }
  .step.now .dot {
    border-color: var(--accent);
    background: radial-gradient(circle, var(--accent) 0 42%, transparent 46%);
  }
  .step.past .dot {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .dot .icon {
    inline-size: 0.875em;
    block-size: 0.875em;
    stroke-width: 3;
  }
  .times {
    display: flex;
    justify-content: space-between;
    gap: 1em;
    font-variant-numeric: tabular-nums;
  }
  .badge {
    display: grid;
    place-items: center;
    inline-size: 2.75em;
    block-size: 2.75em;
    margin-block-end: 0.75em;
    border-radius: 50%;
  }
  .badge.bad {
    background: color-mix(in oklab, var(--danger) 12%, var(--surface));
    color: var(--danger);
  }
  .failed .lead {
    margin-block: 0.375em;
    color: var(--text);
  }
  .failed .link {
    justify-self: center;
    margin-block-start: 0.25em;
  }
  .panel-foot {
    display: grid;
    gap: 0.75em;
    padding-block-start: 1em;
    border-block-start: 1px solid var(--line);
  }
  .links {
    display: flex;
    justify-content: space-between;
  }
  .question {
    display: grid;
    gap: 0.75em;
    font-size: 0.9375em;
  }
  .question .buttons {
    justify-content: start;
  }
  .history {
    display: grid;
    gap: 0.5em;
    padding: 0.875em 1em 1em;
    border-block-start: 1px solid var(--line);
  }
  .strip {
    display: flex;
    gap: 0.625em;
    margin-inline: -1em;
    padding: 0.25em 1em;
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }
  .past-video {
    position: relative;
    flex: none;
  }
  .thumb {
    appearance: none;
    display: grid;
    place-items: center;
    inline-size: 5.5em;
    block-size: 5.5em;
    padding: 0;
    border: 0;
    border-radius: 0.75em;
    overflow: hidden;
    background: var(--well);
    color: var(--muted);
    box-shadow: 0 0 0 1px var(--line);
    cursor: pointer;
    transition: box-shadow 0.16s;
  }
  .thumb[aria-current] {
    box-shadow:
      0 0 0 2px var(--surface),
      0 0 0 4px var(--accent);
  }
  .thumb img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .thumb.next .icon {
    transform: rotate(-90deg);
  }
  .thumb.next:dir(rtl) .icon {
    transform: rotate(90deg);
  }
  .round.small {
    position: absolute;
    inset-block-start: 0.25em;
    inset-inline-end: 0.25em;
    inline-size: 1.5em;
    block-size: 1.5em;
  }
  .round.small .icon {
    inline-size: 0.875em;
    block-size: 0.875em;
    stroke-width: 2.25;
  }
  @media (hover: hover) {
    .thumb:hover {
      box-shadow: 0 0 0 2px color-mix(in oklab, var(--accent) 45%, var(--surface));
    }
    .past-video:not(:hover, :focus-within) .round.small {
      opacity: 0;
    }
  }
  .thumb-question {
    position: absolute;
    inset: 0;
    display: grid;
    align-content: center;
    justify-items: stretch;
    gap: 0.375em;
    padding: 0.375em;
    border-radius: 0.75em;
    background: color-mix(in oklab, var(--surface) 86%, transparent);
    backdrop-filter: blur(4px);
  }
  .chip {
    appearance: none;
    min-block-size: 2em;
    padding: 0.125em 0.5em;
    border: 1px solid var(--line);
    border-radius: 0.5em;
    background: var(--surface);
    font-size: 0.8125em;
    font-weight: 550;
    cursor: pointer;
  }
  @container imgvid (min-width: 30em) {
    .history {
      padding-inline: 1.5em;
    }
    .strip {
      margin-inline: -1.5em;
      padding-inline: 1.5em;
    }
  }
`;

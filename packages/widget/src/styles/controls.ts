import { css } from 'lit';

export const controls = css`
  button,
  select,
  input,
  textarea,
  summary {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
    margin: 0;
  }
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: 2.75em;
    padding: 0.5em 1.125em;
    border: 1px solid var(--line);
    border-radius: 0.75em;
    background: var(--surface);
    color: var(--text);
    font-weight: 550;
    line-height: 1.25;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    user-select: none;
    transition:
      background-color 0.16s,
      border-color 0.16s,
      box-shadow 0.16s,
      transform 0.16s var(--ease);
  }
  .button:active {
    transform: scale(0.985);
  }
  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
    box-shadow:
      inset 0 1px 0 rgb(255 255 255 / 16%),
      0 1px 2px rgb(16 24 40 / 20%);
  }
  .button.danger,
  .chip.danger {
    border-color: transparent;
    background: light-dark(#c02b2b, #c53a35);
    color: #fff;
  }
  .button:disabled,
  .button[aria-disabled] {
    cursor: default;
    opacity: 0.55;
    transform: none;
    box-shadow: none;
  }
  .wide {
    inline-size: 100%;
  }
  .cost {
    padding-inline-start: 0.625em;
    border-inline-start: 1px solid color-mix(in oklab, currentColor 35%, transparent);
    font-weight: 450;
  }
  .link {
    appearance: none;
    padding: 0.375em 0.5em;
    margin: -0.375em -0.5em;
    border: 0;
    border-radius: 0.5em;
    background: none;
    color: var(--accent-text);
    font-size: 0.875em;
    font-weight: 550;
    cursor: pointer;
  }
  .link.bad {
    color: var(--danger);
  }
  .round {
    appearance: none;
    display: grid;
    place-items: center;
    inline-size: 2.5em;
    block-size: 2.5em;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: rgb(18 20 26 / 62%);
    color: #fff;
    backdrop-filter: blur(8px);
    cursor: pointer;
    transition: background-color 0.16s;
  }
  .button:focus-visible,
  .link:focus-visible,
  .round:focus-visible,
  .chip:focus-visible,
  .thumb:focus-visible,
  .pill-button:focus-visible,
  .shutter:focus-visible,
  summary:focus-visible,
  .slider:focus-visible,
  .switch input:focus-visible,
  .input:focus-visible,
  .field:has(:focus-visible) .field-value,
  .segment:has(:focus-visible),
  .model:has(:focus-visible),
  .tile:has(:focus-visible) .tile-view {
    outline: 2px solid var(--accent-text);
    outline-offset: 2px;
  }
  .over {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .field {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.25em;
  }
  .field > .icon {
    position: absolute;
    inset-block-end: 0.75em;
    inset-inline-end: 0.625em;
    inline-size: 1em;
    block-size: 1em;
    color: var(--muted);
    pointer-events: none;
  }
  .field-label {
    padding: 0;
    font-size: 0.8125em;
    font-weight: 500;
    color: var(--muted);
  }
  .field-value {
    display: flex;
    align-items: center;
    gap: 0.5em;
    min-block-size: 2.5em;
    padding-inline: 0.625em 1.75em;
    border: 1px solid var(--line);
    border-radius: 0.75em;
    background: var(--surface);
    font-weight: 500;
    transition: border-color 0.16s;
  }
  .field-value .icon {
    color: var(--muted);
  }
  .field-value span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 0.9375em;
  }
  .field option {
    background: var(--surface);
    color: var(--text);
  }
  .field option:disabled {
    color: var(--muted);
  }
  .control {
    display: grid;
    gap: 0.375em;
  }
  .input {
    inline-size: 100%;
    min-block-size: 4.25em;
    padding: 0.5em 0.75em;
    border: 1px solid var(--line);
    border-radius: 0.75em;
    background: var(--surface);
    font-size: 0.9375em;
    line-height: 1.45;
    resize: vertical;
  }
  .input.line {
    min-block-size: 2.5em;
  }
  .input::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .slider {
    appearance: none;
    inline-size: 100%;
    block-size: 1.5em;
    border-radius: 0.5em;
    background: linear-gradient(var(--track), var(--track)) center / 100% 0.25em no-repeat;
    cursor: pointer;
  }
  .slider::-webkit-slider-thumb {
    appearance: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    border: 3px solid var(--surface);
    border-radius: 50%;
    background: var(--accent);
    box-shadow:
      0 0 0 1px var(--line),
      0 1px 3px rgb(16 24 40 / 24%);
  }
  .slider::-moz-range-thumb {
    inline-size: 0.875em;
    block-size: 0.875em;
    border: 3px solid var(--surface);
    border-radius: 50%;
    background: var(--accent);
    box-shadow:
      0 0 0 1px var(--line),
      0 1px 3px rgb(16 24 40 / 24%);
  }
  .segments {
    display: flex;
    padding: 0.1875em;
    border-radius: 0.75em;
    background: var(--well);
  }
  .segment {
    position: relative;
    flex: 1;
    padding: 0.3125em 0.75em;
    border-radius: 0.5625em;
    font-size: 0.9375em;
    font-weight: 500;
    text-align: center;
    color: var(--muted);
  }
  .segment:has(:disabled) {
    opacity: 0.5;
  }
  .segment:has(:checked) {
    background: var(--surface);
    color: var(--text);
    box-shadow: 0 1px 3px rgb(16 24 40 / 16%);
  }
  .switch {
    display: flex;
    align-items: center;
    gap: 0.625em;
    font-size: 0.9375em;
    cursor: pointer;
  }
  .switch input {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    accent-color: var(--accent);
    border-radius: 0.25em;
  }
  progress {
    appearance: none;
    display: block;
    inline-size: 100%;
    block-size: 0.5em;
    border: 0;
    border-radius: 1em;
    overflow: hidden;
    background: var(--track);
    color: var(--accent);
  }
  progress::-webkit-progress-bar {
    background: none;
  }
  progress::-webkit-progress-value {
    border-radius: 1em;
    background: var(--accent);
    transition: inline-size 0.3s var(--ease);
  }
  progress::-moz-progress-bar {
    border-radius: 1em;
    background: var(--accent);
  }
  progress:not([value]) {
    background: linear-gradient(
        90deg,
        transparent,
        color-mix(in oklab, var(--accent) 75%, transparent),
        transparent
      )
      0 / 40% 100% no-repeat var(--track);
    animation: sweep 1.6s ease-in-out infinite;
  }
  progress:not([value])::-moz-progress-bar {
    background: none;
  }
  @keyframes sweep {
    from {
      background-position-x: -70%;
    }
    to {
      background-position-x: 170%;
    }
  }
  .notice {
    display: flex;
    gap: 0.5em;
    align-items: start;
    padding: 0.625em 0.75em;
    border-radius: 0.75em;
    background: var(--tint);
    font-size: 0.875em;
    line-height: 1.45;
    text-align: start;
    animation: rise 0.24s var(--ease);
  }
  .notice.bad {
    background: color-mix(in oklab, var(--danger) 9%, var(--surface));
    color: var(--danger);
  }
  @media (hover: hover) {
    .button:hover {
      background: color-mix(in oklab, var(--text) 5%, var(--surface));
      border-color: color-mix(in oklab, var(--text) 22%, var(--surface));
    }
    .button.primary:hover {
      background: color-mix(in oklab, var(--accent) 88%, #000);
    }
    .link:hover {
      background: var(--tint);
    }
    .link.bad:hover {
      background: color-mix(in oklab, var(--danger) 10%, var(--surface));
    }
    .round:hover {
      background: rgb(18 20 26 / 82%);
    }
    .field:hover .field-value,
    .input:hover {
      border-color: color-mix(in oklab, var(--text) 30%, var(--surface));
    }
  }
  @media (forced-colors: active) {
    .button,
    .field-value,
    .input,
    .round,
    .segment:has(:checked),
    .thumb,
    progress {
      border: 1px solid ButtonText;
    }
    .tile:has(:checked) .tile-view {
      outline: 3px solid Highlight;
    }
    progress::-webkit-progress-value {
      background: Highlight;
    }
    .over {
      forced-color-adjust: none;
    }
  }
`;

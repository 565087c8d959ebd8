import { html, type TemplateResult } from 'lit';

/** A photo on its way to being a film: the picture in front moves gently inside its frame. */
export const illustration = (): TemplateResult =>
  html`<svg class="art" viewBox="0 0 240 160" width="240" height="160" aria-hidden="true">
    <defs>
      <clipPath id="window"><rect x="62" y="30" width="128" height="96" rx="12" /></clipPath>
    </defs>
    <g class="art-back" transform="rotate(-9 96 84)">
      <rect class="art-paper" x="38" y="34" width="112" height="88" rx="13" />
      <rect class="art-tint" x="46" y="42" width="96" height="64" rx="8" />
    </g>
    <rect class="art-paper" x="54" y="22" width="144" height="112" rx="17" />
    <g clip-path="url(#window)">
      <rect class="art-sky" x="62" y="30" width="128" height="96" />
      <g class="art-pan">
        <circle class="art-sun" cx="150" cy="62" r="15" />
        <path
          class="art-far"
          d="M30 112c16-22 30-38 44-38 15 0 22 20 36 20 13 0 23-26 40-26 22 0 40 30 66 44v40H30Z"
        />
        <path class="art-near" d="M30 122c24-6 38-26 60-26 24 0 34 20 58 20 20 0 36-12 68-14v44H30Z" />
      </g>
    </g>
    <path class="art-path" d="M204 118c14-8 20-22 18-40" />
    <path class="art-path" d="m216 84 5.6-7.4 6.4 6.6" />
    <g class="art-play">
      <circle cx="62" cy="122" r="20" />
      <path
        d="M57 113.4v17.2a1.4 1.4 0 0 0 2.1 1.2l13.6-8.6a1.4 1.4 0 0 0 0-2.4l-13.6-8.6a1.4 1.4 0 0 0-2.1 1.2Z"
      />
    </g>
  </svg>`;

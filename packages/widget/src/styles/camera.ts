import { css } from 'lit';

/** The camera's dialog: comes with it, for most visitors never open it. */
export const cameraStyles = css`
  .camera {
    inline-size: min(56em, 100vi - 2em);
    max-inline-size: none;
    max-block-size: none;
    padding: 0;
    border: 0;
    border-radius: var(--radius);
    overflow: hidden;
    background: #000;
    color: #fff;
  }
  .camera::backdrop {
    background: rgb(8 10 14 / 72%);
  }
  .camera video {
    display: block;
    inline-size: 100%;
    max-block-size: 80vb;
    aspect-ratio: 4 / 3;
    object-fit: cover;
  }
  .camera .mirrored {
    transform: scaleX(-1);
  }
  .camera-bar {
    position: absolute;
    inset-block-end: 1em;
    inset-inline: 1em;
    display: flex;
    align-items: center;
    justify-content: space-between;
  }
  .shutter {
    appearance: none;
    inline-size: 4em;
    block-size: 4em;
    border: 4px solid rgb(255 255 255 / 90%);
    border-radius: 50%;
    background: radial-gradient(circle, #fff 60%, transparent 62%);
    cursor: pointer;
  }
  .shutter:disabled {
    opacity: 0.4;
  }
`;

import { ImgvidGenerator } from './generator.ts';

const name = 'imgvid-generator';

// In Node there is nothing to define; on a page that has the widget already, the first one stays.
if (typeof customElements !== 'undefined' && !customElements.get(name)) {
  customElements.define(name, ImgvidGenerator);
}

declare global {
  interface HTMLElementTagNameMap {
    'imgvid-generator': ImgvidGenerator;
  }
}

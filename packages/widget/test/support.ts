import { fixture, html, oneEvent } from '@open-wc/testing';
import type { ImgvidGenerator } from '../src/index.ts';
import '../src/define.ts';

/** The real server that the test runner has started. */
export const server = fetch('/imgvid-server').then((answer) => answer.text());

export async function generator(attributes: Readonly<Record<string, string>> = {}): Promise<ImgvidGenerator> {
  const element = document.createElement('imgvid-generator');
  element.setAttribute('key', 'pk_test_demo');
  element.setAttribute('api', await server);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const ready = oneEvent(element, 'imgvid-ready');
  await fixture(html`<main>${element}</main>`);
  await ready;
  await element.updateComplete;
  return element;
}

export const part = <T extends HTMLElement = HTMLElement>(element: Element, name: string): T => {
  const found = element.shadowRoot?.querySelector<T>(`[part~="${name}"]`);
  if (!found) throw new Error(`There is no part “${name}”.`);
  return found;
};

export const state = (element: Element): string | null =>
  element.shadowRoot?.querySelector('[data-state]')?.getAttribute('data-state') ?? null;

/** A photo as a browser makes one. */
export async function photo(width = 800, height = 600, type = 'image/jpeg'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas to draw on.');
  for (let i = 0; i < 60; i++) {
    context.fillStyle = `hsl(${i * 37} 70% 55%)`;
    context.fillRect((i * 97) % width, (i * 61) % height, 90, 70);
  }
  return canvas.convertToBlob({ type });
}

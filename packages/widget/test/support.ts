import { fixture, html, oneEvent } from '@open-wc/testing';
import type { ImgvidEventDetails, ImgvidEventName, ImgvidGenerator } from '../src/index.ts';
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

export const part = (element: Element, name: string): HTMLElement => {
  const found = element.shadowRoot?.querySelector<HTMLElement>(`[part~="${name}"]`);
  if (!found) throw new Error(`There is no part “${name}”.`);
  return found;
};

/** Chooses in one of its lists, as a visitor does. */
export function choose(element: Element, name: string, value: string): void {
  const select = part(element, name) as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event('change'));
}

/** Waits for an event and gives what it carries. */
export async function detailOf<N extends ImgvidEventName>(
  element: ImgvidGenerator,
  name: N,
): Promise<ImgvidEventDetails[N]> {
  const { detail } = await oneEvent(element, name);
  return detail as ImgvidEventDetails[N];
}

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

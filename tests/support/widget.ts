import type { Locator, Page } from 'playwright-core';

/** The states of <imgvid-generator>, as its inner root tells them in `data-state`. */
export type WidgetState = 'loading' | 'empty' | 'uploading' | 'ready' | 'working' | 'done' | 'failed';

/** How a photo gets into the widget. */
export type Way = 'picked' | 'dropped' | 'pasted';

export interface PhotoFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** <imgvid-generator> on a page, driven by the parts that sites may rely on too. */
export class Widget {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** An element by its part; playwright looks into open shadow roots. */
  part(name: string): Locator {
    return this.page.locator(`imgvid-generator [part~="${name}"]`);
  }

  async state(): Promise<WidgetState | null> {
    const root = this.page.locator('imgvid-generator [data-state]').first();
    return (await root.getAttribute('data-state', { timeout: 20_000 })) as WidgetState | null;
  }

  /** Waits for one of the states and gives it. @throws with what the widget shows, when it takes too long */
  async reaches(wanted: readonly WidgetState[], timeout = 60_000): Promise<WidgetState> {
    const selector = wanted.map((state) => `imgvid-generator [data-state="${state}"]`).join(', ');
    try {
      await this.page.locator(selector).first().waitFor({ state: 'attached', timeout });
    } catch {
      const said = await this.part('error').allInnerTexts();
      throw new Error(
        `The widget is ${await this.state()} and not ${wanted.join(' or ')}. ${said.join(' ')}`.trim(),
      );
    }
    const state = await this.state();
    return state ?? 'loading';
  }

  async give(photo: PhotoFile, way: Way): Promise<void> {
    if (way === 'picked') {
      await this.part('file-input').setInputFiles(photo);
      return;
    }
    const transfer = await this.page.evaluateHandle(
      ({ name, mimeType, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, { type: mimeType }));
        return data;
      },
      { name: photo.name, mimeType: photo.mimeType, base64: photo.buffer.toString('base64') },
    );
    if (way === 'dropped') {
      for (const type of ['dragenter', 'dragover', 'drop']) {
        await this.part('drop').dispatchEvent(type, { dataTransfer: transfer });
      }
      return;
    }
    await this.part('drop').evaluate((drop, clipboardData) => {
      drop.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true }));
    }, transfer);
  }

  /** Chooses a value in a select, a list of radio buttons or a range, whatever the part is made of. */
  async choose(part: string, value: string): Promise<void> {
    const control = this.part(part).first();
    const kind = await control.evaluate((element) => element.tagName.toLowerCase());
    if (kind === 'select') await control.selectOption(value);
    else if (kind === 'input') await control.fill(value);
    else await control.locator(`input[value="${value}"]`).check({ force: true });
  }

  async move(name: string): Promise<void> {
    await this.part(`move-${name}`).check({ force: true });
  }

  /** What the progress bar tells, 0 to 1; null where it tells nothing yet or is not there. */
  async progress(): Promise<number | null> {
    return this.page.evaluate(() => {
      const root = document.querySelector('imgvid-generator')?.shadowRoot;
      const bar = root?.querySelector('[part~="progress"]');
      const told = bar?.matches('progress, [role="progressbar"]')
        ? bar
        : bar?.querySelector('progress, [role="progressbar"]');
      if (!told) return null;
      if (told instanceof HTMLProgressElement) return told.position < 0 ? null : told.position;
      const now = told.getAttribute('aria-valuenow');
      return now === null ? null : Number(now) / Number(told.getAttribute('aria-valuemax') ?? 100);
    });
  }

  async videoUrl(): Promise<string> {
    return this.part('video').evaluate((video) =>
      video instanceof HTMLVideoElement
        ? video.currentSrc
        : ((video.querySelector('video') ?? video.shadowRoot?.querySelector('video'))?.currentSrc ?? ''),
    );
  }

  /** Seconds at which the video stands. */
  videoTime(): Promise<number> {
    return this.part('video').evaluate((element) => {
      const video = element instanceof HTMLVideoElement ? element : element.querySelector('video');
      return video?.currentTime ?? NaN;
    });
  }

  async play(): Promise<void> {
    await this.part('video').evaluate(async (element) => {
      const video = element instanceof HTMLVideoElement ? element : element.querySelector('video');
      if (!video) throw new Error('The part "video" holds no video.');
      video.muted = true;
      await video.play();
    });
  }
}

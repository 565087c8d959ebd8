import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tenantApi, type TenantApi } from '../support/api.ts';
import { accessibilityProblems } from '../support/axe.ts';
import { foreignStyles } from '../support/foreign-styles.ts';
import { openHostSite, type HostPage, type HostSite } from '../support/host-page.ts';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { settled } from '../support/settled.ts';
import { Widget, type PhotoFile } from '../support/widget.ts';

/*
 * The widget on other people's pages: their styles, their policies, their scripts, their networks. What it is put
 * on the page with is the README's own snippet.
 */

const stage = useStage();
let site: HostSite;
let photo: PhotoFile;
let api: TenantApi;
let loader: string;
const element = '<imgvid-generator key="pk_test_demo"></imgvid-generator>';

beforeAll(async () => {
  site = await openHostSite();
  photo = {
    name: 'sunset.jpg',
    mimeType: 'image/jpeg',
    buffer: await landscape({ width: 1200, height: 900 }),
  };
  api = tenantApi(stage.server.url);
  loader = `<script async src="${stage.server.url}/embed/v1/imgvid.js"></script>`;
});
afterAll(() => site.close());

async function open(page: Partial<HostPage> = {}, options?: BrowserContextOptions): Promise<Widget> {
  const opened = await stage.newPage({ reducedMotion: 'reduce', ...options });
  await opened.goto(site.put({ head: loader, body: element, ...page }));
  return new Widget(opened);
}

const begin = async (widget: Widget): Promise<void> => {
  await widget.reaches(['empty'], 20_000);
  await widget.give(photo, 'picked');
  await widget.reaches(['ready']);
  await widget.choose('duration', '3');
  await widget.choose('resolution', '480p');
};

/** From the first look to the finished video and its history; `look` is called in every state. */
async function walk(widget: Widget, look: (state: string) => Promise<void>): Promise<void> {
  await widget.reaches(['empty'], 20_000);
  await look('empty');
  await widget.give({ ...photo, name: 'letter.jpg', buffer: Buffer.from('no photo') }, 'picked');
  await widget.part('error').first().waitFor();
  await look('refused');
  await widget.give(photo, 'dropped');
  await widget.reaches(['ready']);
  await look('ready');
  await widget.part('more').first().locator('summary').click();
  await look('more options');
  await widget.choose('duration', '3');
  await widget.choose('resolution', '480p');
  const goOn = await holdProgress(widget.page);
  await widget.part('create').click();
  await widget.reaches(['working']);
  await look('working');
  await goOn();
  await widget.reaches(['done']);
  await widget.part('video').waitFor();
  await look('done');
  await widget.part('again').first().click();
  await widget.reaches(['ready']);
  await look('again');
}

/** Until it is told to go on the page hears nothing of its video, which is as if it took long. */
async function holdProgress(page: Page): Promise<() => Promise<void>> {
  const stream = /\/generations\/[^/]+\/events/;
  await page.route(stream, (route) => route.abort('internetdisconnected'));
  return async () => {
    await page.unroute(stream);
    stage.expects(/ERR_INTERNET_DISCONNECTED/);
  };
}

/** Sums what moves on the page without anybody having touched it, from its very beginning. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const seen = { shift: 0 };
    const add = (entries: PerformanceEntryList): void => {
      for (const entry of entries) seen.shift += (entry as unknown as { value: number }).value;
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    Object.assign(document, { shifts: () => (add(observer.takeRecords()), seen.shift) });
  });
  return async () => {
    await settled(page);
    return page.evaluate(() => (document as unknown as { shifts(): number }).shifts());
  };
}

describe('under anybody’s style sheets', () => {
  /**
   * What each sheet changes inside, by every property of every element, but for those that say where the page has put
   * it. Compared in the page: all of it together is some hundred megabytes.
   */
  async function underSheets({ page }: Widget, sheets = foreignStyles): Promise<string[]> {
    await settled(page);
    return page.evaluate(async (each) => {
      const root = document.querySelector('imgvid-generator')?.shadowRoot;
      if (!root) throw new Error('There is no widget.');
      const look = (): string[][] =>
        [...root.querySelectorAll('*')].map((node) => {
          const style = getComputedStyle(node);
          const names = [...style].filter((name) => !name.startsWith('--'));
          const title = `${node.tagName.toLowerCase()}.${node.getAttribute('class') ?? ''}`;
          return [title, ...names.map((name) => `${name}:${style.getPropertyValue(name)}`)];
        });
      const differences = (before: string[][], after: string[][]): string[] =>
        before.flatMap((was, i) => {
          const changed = was.filter((value, k) => value !== after[i]?.[k]);
          return changed.length > 0 ? [`${was[0]}: ${changed.slice(0, 4).join(' | ')}`] : [];
        });
      const plain = look();
      const found: string[] = [];
      for (const [name, css] of each) {
        // As the page's own sheet, without the fonts some fetch from elsewhere.
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
        await new Promise((resolve) => requestAnimationFrame(resolve));
        found.push(
          ...differences(plain, look())
            .slice(0, 3)
            .map((line) => `${name}: ${line}`),
        );
        document.adoptedStyleSheets = [];
      }
      return found;
    }, sheets);
  }

  test('nothing inside changes, in any state', async () => {
    // The page decides how wide the element is; that is not what this asks.
    const box = 'all: initial !important; display: block !important; inline-size: 860px !important';
    const widget = await open({ body: `<div style="${box}">${element}</div>` });
    await widget.reaches(['empty'], 20_000);
    // What the element offers to be styled is the one way in, and shows that a change is seen.
    const offered: typeof foreignStyles = [['parts', 'imgvid-generator::part(drop) { color: red }']];
    expect(await underSheets(widget, offered)).not.toEqual([]);
    expect(await underSheets(widget)).toEqual([]);
    await begin(widget);
    expect(await underSheets(widget)).toEqual([]);
    await widget.part('create').click();
    await widget.reaches(['done']);
    await widget.part('video').waitFor();
    expect(await underSheets(widget)).toEqual([]);
  });
});

describe('under the strictest policy', () => {
  test('no state violates it, from the first look to the video', async () => {
    const { url } = stage.server;
    const policy = [
      "default-src 'none'",
      `script-src ${url}`,
      "style-src 'none'",
      `connect-src blob: ${url}`,
      `img-src blob: ${url}`,
      `media-src blob: ${url}`,
      "require-trusted-types-for 'script'",
      'trusted-types lit-html imgvid',
    ].join('; ');
    const widget = await open({ headers: { 'content-security-policy': policy } });
    await widget.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(document, { seen });
      document.addEventListener('securitypolicyviolation', (event) =>
        seen.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
      );
    });
    const told = (): Promise<string[]> =>
      widget.page.evaluate(() => (document as unknown as { seen: string[] }).seen.splice(0));
    await walk(widget, async (state) => {
      await settled(widget.page);
      expect(await told(), state).toEqual([]);
    });
  });
});

describe('as a guest', () => {
  test('comes in three requests, from one origin, and writes nothing before it is used', async () => {
    const page = await stage.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(site.put({ head: loader, body: element }));
    await new Widget(page).reaches(['empty'], 20_000);
    await page.waitForLoadState('networkidle');
    const own = requests.filter((url) => !url.startsWith(site.origin));
    expect(own.filter((url) => !url.startsWith(`${stage.server.url}/`))).toEqual([]);
    expect(own.length).toBeLessThanOrEqual(3);
    const stored = await page.evaluate(async () => ({
      cookie: document.cookie,
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
    expect(stored).toEqual({ cookie: '', local: 0, session: 0, databases: 0, caches: 0 });
    expect(await page.context().cookies()).toEqual([]);
  });

  test('adds no global name', async () => {
    const page = await stage.newPage();
    await page.goto(site.put({ body: `${element}<p>What follows</p>` }));
    const names = (): Promise<string[]> => page.evaluate(() => Object.getOwnPropertyNames(window));
    const before = await names();
    await page.addScriptTag({ url: `${stage.server.url}/embed/v1/imgvid.js` });
    await new Widget(page).reaches(['empty'], 20_000);
    await settled(page);
    const added = (await names()).filter((name) => !before.includes(name));
    expect(added).toEqual([]);
  });

  // The rule that docs/embed.md gives to those whose page is painted before the script has come.
  const room = '<style>imgvid-generator:not(:defined) { display: block; min-height: 38em }</style>';

  test('moves nothing when it arrives late on a page that keeps its room', async () => {
    const page = await stage.newPage();
    const shift = await watchShifts(page);
    // The script comes after the page was painted, as on a slow network.
    const script = Promise.withResolvers<void>();
    await page.route(/imgvid\.js/, async (route) => {
      await script.promise;
      await route.continue();
    });
    await page.goto(site.put({ head: room + loader, body: `${element}<p>What follows</p>` }), {
      waitUntil: 'commit',
    });
    await page.getByText('What follows').waitFor();
    await settled(page);
    script.resolve();
    await new Widget(page).reaches(['empty'], 20_000);
    await page.waitForLoadState('networkidle');
    expect(await shift()).toBeLessThan(0.01);
  });

  test('put in twice, and as a module too, there is one line that says so, and it works', async () => {
    const page = await stage.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(site.put({ head: loader + loader, body: element }));
    const widget = new Widget(page);
    await widget.reaches(['empty'], 20_000);
    const core = await page.evaluate(
      () => performance.getEntriesByType('resource').find(({ name }) => /core-/.test(name))?.name ?? '',
    );
    // As text: the test's own tools would rewrite the import.
    await page.evaluate(`import(${JSON.stringify(`${core}?second`)})`);
    await begin(widget);
    expect(said.filter((line) => line.includes('already on this page'))).toHaveLength(1);
  });

  test('taken off and put on forty times leaves no node and no listener behind', async () => {
    const widget = await open();
    await widget.reaches(['empty'], 20_000);
    const { page } = widget;
    const devtools = await page.context().newCDPSession(page);
    const mount = (times: number): Promise<void> =>
      page.evaluate(async (count) => {
        for (let i = 0; i < count; i++) {
          const generator = document.createElement('imgvid-generator');
          generator.setAttribute('key', 'pk_test_demo');
          document.body.append(generator);
          await new Promise((resolve) => setTimeout(resolve, 20));
          generator.remove();
        }
      }, times);
    // What is made once for all of them is made now.
    await mount(3);
    const before = await counters(devtools);
    await mount(40);
    await expect
      .poll(async () => {
        const after = await counters(devtools);
        // Fewer is what the collector had not yet come to before.
        const more = (count: 'nodes' | 'listeners') => Math.max(0, after[count] - before[count]);
        return { nodes: more('nodes'), listeners: more('listeners') };
      })
      .toEqual({ nodes: 0, listeners: 0 });
  });

  async function counters(devtools: CDPSession): Promise<{ nodes: number; listeners: number }> {
    await devtools.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    return { nodes, listeners: jsEventListeners };
  }

  test('works inside a dialog, inside somebody’s shadow root, and beside another one', async () => {
    const widget = await open({
      body: `<dialog id="box"><div id="host"></div></dialog><section id="other">${element}</section>`,
    });
    const { page } = widget;
    await page.evaluate((html) => {
      const inside = document.querySelector('#host')?.attachShadow({ mode: 'open' });
      inside?.append(document.createRange().createContextualFragment(html));
      document.querySelector<HTMLDialogElement>('#box')?.showModal();
    }, element);
    const inner = page.locator('#host imgvid-generator');
    await inner.locator('[data-state="empty"]').waitFor({ timeout: 20_000 });
    await inner.locator('[part~="file-input"]').setInputFiles(photo);
    await inner.locator('[data-state="ready"]').waitFor();
    await inner.locator('[part~="create"]').click();
    await inner.locator('[data-state="done"]').waitFor({ timeout: 60_000 });
    expect(await page.locator('#other [data-state]').getAttribute('data-state')).toBe('empty');
  });

  test('moved about the page while a photo is on its way and a video in the making, it goes on', async () => {
    const widget = await open({ body: `<div id="a">${element}</div><div id="b"></div>` });
    const { page } = widget;
    const move = (to: string): Promise<void> =>
      page.evaluate((id) => {
        const generator = document.querySelector('imgvid-generator');
        if (generator) document.querySelector(id)?.append(generator);
      }, to);
    await widget.reaches(['empty'], 20_000);
    await widget.give(photo, 'picked');
    await widget.reaches(['uploading', 'ready']);
    await move('#b');
    await widget.reaches(['ready']);
    await widget.choose('duration', '3');
    await widget.choose('resolution', '480p');
    const before = (await api.generations()).length;
    const goOn = await holdProgress(page);
    await widget.part('create').click();
    await widget.reaches(['working']);
    await move('#a');
    await goOn();
    await widget.reaches(['done']);
    expect((await api.generations()).length - before).toBe(1);
  });

  test('moved when “Create” is pressed and the photo is still on its way, it begins to send it anew', async () => {
    const widget = await open({ body: `<div id="a">${element}</div><div id="b"></div>` });
    const { page } = widget;
    await widget.reaches(['empty'], 20_000);
    const sent = Promise.withResolvers<void>();
    await page.route(/\/v1\/uploads$/, async (route) => {
      await sent.promise;
      await route.continue();
    });
    await widget.give(photo, 'picked');
    await widget.part('create').click();
    await widget.reaches(['working']);
    await page.evaluate(() => {
      const generator = document.querySelector('imgvid-generator');
      if (generator) document.querySelector('#b')?.append(generator);
    });
    sent.resolve();
    await widget.reaches(['done']);
  });

  test('a double click on “Create” makes one video', async () => {
    const widget = await open();
    await begin(widget);
    const before = (await api.generations()).length;
    await widget.part('create').dblclick();
    await widget.reaches(['done']);
    expect((await api.generations()).length - before).toBe(1);
  });
});

describe('on small and on dark screens', () => {
  const screens: [number, 'light' | 'dark', string][] = [
    [260, 'light', 'en'],
    [320, 'dark', 'de'],
    [390, 'light', 'ar'],
  ];
  test.each(screens)(
    '%i pixels wide, %s, in “%s”: nothing sticks out, nothing is out of reach',
    async (width, colorScheme, lang) => {
      const widget = await open(
        {
          body: `<main><h1>A page</h1>${element.replace('>', ` lang="${lang}">`)}</main>`,
          head: `${loader}<meta name="color-scheme" content="light dark">`,
        },
        { viewport: { width, height: 800 }, colorScheme },
      );
      await walk(widget, async (state) => {
        const sticksOut = await widget.page.evaluate(() => {
          const root = document.querySelector('imgvid-generator')?.shadowRoot;
          const wide = [...(root?.querySelectorAll<HTMLElement>('.root, .card, .panel, .body') ?? [])];
          return wide
            .filter((node) => node.scrollWidth > node.clientWidth + 1)
            .map((node) => `${node.className} ${node.scrollWidth} > ${node.clientWidth}`);
        });
        expect(sticksOut, state).toEqual([]);
        // The page around the widget is bare on purpose.
        const problems = await accessibilityProblems(widget.page);
        const ours = problems.filter((line) => line.includes('imgvid-generator'));
        expect(ours, state).toEqual([]);
      });
    },
  );
});

describe('on bad networks', () => {
  test('lost while the photo is on its way, it waits and goes on', async () => {
    const widget = await open();
    await widget.reaches(['empty'], 20_000);
    await widget.give(photo, 'picked');
    const context = widget.page.context();
    await widget.reaches(['uploading', 'ready']);
    await context.setOffline(true);
    const lost = widget.page.waitForEvent('requestfailed');
    // Another photo: now the whole way up lies ahead.
    await widget.give(photo, 'picked');
    await widget.reaches(['uploading']);
    await lost;
    await context.setOffline(false);
    await widget.reaches(['ready']);
    stage.expects(/ERR_INTERNET_DISCONNECTED/);
  });

  test('lost while a video is in the making, it is found again', async () => {
    const widget = await open();
    await begin(widget);
    // A stream that is open already outlives the loss of the network in this browser.
    const goOn = await holdProgress(widget.page);
    await widget.part('create').click();
    await widget.reaches(['working']);
    const context = widget.page.context();
    await context.setOffline(true);
    await expect.poll(() => api.generations().then(([newest]) => newest?.status)).toBe('succeeded');
    expect(await widget.state()).toBe('working');
    await goOn();
    await context.setOffline(false);
    await widget.reaches(['done']);
    stage.expects(/ERR_INTERNET_DISCONNECTED/);
  });

  test('a server that is started again in the middle loses nothing', async () => {
    const widget = await open();
    await begin(widget);
    await widget.choose('duration', '10');
    const before = await api.generations();
    await widget.part('create').click();
    const isMidway = async (): Promise<boolean> => {
      const [newest, ...others] = await api.generations();
      return others.length === before.length && newest?.status === 'running' && newest.progress > 0;
    };
    await expect.poll(isMidway, { interval: 20 }).toBe(true);
    expect(await stage.server.kill('SIGTERM')).toBe(0);
    await stage.server.restart();
    await widget.reaches(['done'], 90_000);
    expect((await api.generations()).length - before.length).toBe(1);
    stage.expects(/ERR_(CONNECTION_|INCOMPLETE|EMPTY)|status of 5/);
  });

  test('scripts that do not arrive are said, and a way on is left', async () => {
    const page = await stage.newPage();
    await page.clock.install();
    await page.route(/core-/, (route) => route.abort());
    await page.goto(site.put({ head: loader, body: element }));
    const event = page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('imgvid-error', (told) =>
            resolve((told as CustomEvent<{ code: string }>).detail.code),
          );
        }),
    );
    await page.clock.runFor(30_000);
    await expect.poll(() => page.locator('imgvid-generator a').count()).toBe(1);
    expect(await event).toBe('load_failed');
    stage.expects(/ERR_FAILED/);
  });
});

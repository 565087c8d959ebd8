/**
 * The one script tag: `<script async src="https://…/embed/v1/imgvid.js"></script>`. Keeps room for the widget,
 * waits until a visitor comes near it, then loads the rest. Adds no global name.
 */

/** Name of the chunk with everything else, put in by the build. */
declare const __IMGVID_CORE__: string;

const tag = 'imgvid-generator';
/** Waits between tries, in milliseconds. */
const waits = [500, 2000, 6000];
const mark = Symbol.for('imgvid.loader');

const start = (source: string, atOnce: boolean): void => {
  const core = new URL(__IMGVID_CORE__, source).href;
  let loading: Promise<void> | null = null;

  const attempt = async (tries: number): Promise<void> => {
    try {
      // Browsers that remember a failure need another address for the last try.
      await import(/* @vite-ignore */ tries < waits.length ? core : `${core}?again`);
      stop();
    } catch (error) {
      const wait = waits[tries];
      // "Failed to fetch dynamically imported module", in whatever words; what did arrive and then failed would
      // fail again.
      if (wait === undefined || !/module/i.test(String(error))) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
      await attempt(tries + 1);
    }
  };
  const load = (): void => {
    loading ??= attempt(0).catch((error: unknown) => {
      // A later visit to the element may try again.
      loading = null;
      for (const element of document.querySelectorAll(tag)) giveUp(element, String(error));
    });
  };

  const seen = new WeakSet<Element>();
  const near = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) load();
    },
    { rootMargin: '600px' },
  );
  const look = (): void => {
    for (const element of document.querySelectorAll(tag)) {
      if (seen.has(element)) continue;
      seen.add(element);
      near.observe(element);
      if (element.getAttribute('loading') === 'eager') load();
    }
  };
  const added = new MutationObserver(look);
  const meant = ({ target }: Event): void => {
    if (target instanceof Element && target.closest(tag)) load();
  };
  const stop = (): void => {
    near.disconnect();
    added.disconnect();
    removeEventListener('pointerover', meant);
    removeEventListener('focusin', meant);
  };

  added.observe(document, { childList: true, subtree: true });
  addEventListener('pointerover', meant, { passive: true });
  addEventListener('focusin', meant);
  look();
  if (atOnce) load();
};

/** The page is told, and the visitor is not left with an empty box: what the site wrote into it, or a line. */
const giveUp = (element: Element, message: string): void => {
  element.dispatchEvent(
    new CustomEvent('imgvid-error', {
      detail: {
        code: 'load_failed',
        message,
        hint: 'The network or a content security policy keeps the widget out; it needs `script-src` for this host and `trusted-types lit-html`.',
      },
      bubbles: true,
      composed: true,
    }),
  );
  if (element.childNodes.length > 0) return;
  const link = document.createElement('a');
  link.href = location.href;
  link.textContent = 'This did not load. Try again';
  element.append(link);
};

/**
 * Keeps the room that the first view will take (styles/layout.ts has the same heights), so that nothing on the page
 * moves when the widget comes; allowed by any policy.
 */
const keepRoom = (): void => {
  const sheet = new CSSStyleSheet();
  const waiting = `${tag}:not(:defined)`;
  sheet.replaceSync(
    `${waiting}{display:block;font-size:medium;container-type:inline-size}` +
      `${waiting}::before{content:"";display:block;height:calc(31.5em + 2px)}` +
      `@container(min-width:44em){${waiting}::before{height:calc(37.5em + 2px)}}`,
  );
  document.adoptedStyleSheets.push(sheet);
};

const page = document as Document & { [mark]?: string };
const script = document.currentScript as HTMLScriptElement | null;
if (page[mark] ?? customElements.get(tag)) {
  // oxlint-disable-next-line no-console -- whoever put it in twice should know
  console.info(`ImgVid is already on this page (${page[mark] ?? 'as a module'}).`);
} else if (script?.src) {
  page[mark] = script.src;
  keepRoom();
  start(script.src, script.dataset['load'] === 'eager');
}

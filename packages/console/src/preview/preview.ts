import type { SiteLook } from '@imgvid/api/types';
import { answerTo, NowhereRequest, type PreviewState } from './answers.ts';
import { previewReady, type ShowPreview } from './messages.ts';
import { samplePhoto } from './sample.ts';

/** What the preview uses of the real element, which comes from where every site gets it. */
interface Generator extends HTMLElement {
  onLook(look: SiteLook): Promise<void>;
  choose(photo: Blob): Promise<void>;
  updateComplete: Promise<boolean>;
}

let shown: ShowPreview | null = null;
let element: Generator | null = null;
let serial = 0;

const real = globalThis.fetch.bind(globalThis);
globalThis.fetch = async (input, init) => {
  const state: PreviewState | null = shown;
  const answer = state === null ? null : await answerTo(state, new Request(input, init));
  return answer ?? real(input, init);
};
Object.assign(globalThis, { XMLHttpRequest: NowhereRequest });

/** What of a look the element takes while it lives; for the rest it begins anew. */
const needsNew = (before: ShowPreview, after: ShowPreview): boolean =>
  before.photo !== after.photo ||
  JSON.stringify([before.look.defaults, before.look.models]) !==
    JSON.stringify([after.look.defaults, after.look.models]);

async function show(message: ShowPreview): Promise<void> {
  const before = shown;
  shown = message;
  document.documentElement.dataset['scheme'] = message.scheme;
  if (element && before && !needsNew(before, message)) {
    await element.onLook(message.look);
    return;
  }
  element?.remove();
  const next = document.createElement('imgvid-generator') as Generator;
  // Sessions are shared by key, so each element has one of its own.
  next.setAttribute('key', `pk_preview_${++serial}`);
  next.setAttribute('api', location.origin);
  next.setAttribute('storage', 'none');
  next.setAttribute('loading', 'eager');
  element = next;
  document.body.append(next);
  await customElements.whenDefined('imgvid-generator');
  await next.updateComplete;
  if (message.photo) await next.choose(await samplePhoto());
  else await next.onLook(message.look);
}

let waiting: ShowPreview | null = null;
let busy = false;

/** One look after the other: the element may not have come to life yet. Of those that come meanwhile the last counts. */
async function follow(message: ShowPreview): Promise<void> {
  waiting = message;
  if (busy) return;
  busy = true;
  try {
    while (waiting) {
      const next: ShowPreview = waiting;
      waiting = null;
      await show(next);
    }
  } finally {
    busy = false;
  }
}

addEventListener('message', ({ origin, source, data }: MessageEvent<ShowPreview>) => {
  if (origin !== location.origin || source !== parent || data?.type !== 'imgvid-preview') return;
  void follow(data);
});

interface ScriptPolicy {
  createScriptURL(url: string): string;
}
const { trustedTypes } = globalThis as {
  trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy };
};
const loader = '/embed/v1/imgvid.js';
const policy = trustedTypes?.createPolicy('imgvid', { createScriptURL: () => loader });
const script = document.createElement('script');
script.src = policy?.createScriptURL(loader) ?? loader;
document.head.append(script);
parent.postMessage(previewReady, location.origin);

import { aTimeout, expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import type { GenerationRequest, Model } from '@imgvid/api/types';
import { toRequest } from '../src/choices.ts';
import { ImgvidGenerator } from '../src/index.ts';
import { choose, detailOf, generator, part, photo, server, state } from './support.ts';

const reaches = (element: Element, wanted: string): Promise<void> =>
  waitUntil(() => state(element) === wanted, `never became ${wanted}, it is ${state(element)}`, {
    timeout: 25_000,
    interval: 30,
  });

beforeEach(() => localStorage.clear());

describe('as a page sees it', () => {
  it('tells when it can be used, and shows an invitation that everybody can read', async () => {
    const element = await generator();
    expect(state(element)).to.equal('empty');
    await expect(element).to.be.accessible();
  });

  it('goes from a photo to a video, and tells the page of every step', async () => {
    const element = await generator();
    const told: string[] = [];
    for (const name of ['imgvid-photo', 'imgvid-created', 'imgvid-progress', 'imgvid-complete'] as const) {
      document.addEventListener(name, () => told.at(-1) !== name && told.push(name), {
        once: name !== 'imgvid-progress',
      });
    }
    const arrived = detailOf(element, 'imgvid-photo');
    await element.choose(await photo());
    const detail = await arrived;
    expect(detail.upload_id).to.match(/^upl_/);
    expect(detail.width).to.equal(800);
    expect(state(element)).to.equal('ready');
    await expect(element).to.be.accessible();

    choose(element, 'duration', '3');
    choose(element, 'resolution', '480p');
    await element.updateComplete;
    const complete = detailOf(element, 'imgvid-complete');
    part(element, 'create').click();
    const { generation } = await complete;
    expect(generation.output?.duration_s).to.equal(3);
    await reaches(element, 'done');
    await waitUntil(() => element.shadowRoot?.querySelector('video'));
    await expect(element).to.be.accessible();
    expect(told).to.include.members(['imgvid-photo', 'imgvid-created', 'imgvid-progress', 'imgvid-complete']);
  });

  it('refuses what is no photo in words, and the way on stays open', async () => {
    const element = await generator();
    const refused = detailOf(element, 'imgvid-error');
    await element.choose(new Blob(['no photo'], { type: 'image/jpeg' }));
    expect((await refused).code).to.equal('unsupported_image');
    await element.updateComplete;
    expect(state(element)).to.equal('empty');
    expect(part(element, 'error').textContent).to.not.equal('');
    await element.choose(await photo());
    expect(state(element)).to.equal('ready');
  });

  it('with a key nobody knows, tells the visitor kindly and the owner why', async () => {
    const element = await generator({ key: 'pk_test_00000000000000000000000000000000' });
    const failed = detailOf(element, 'imgvid-error');
    await element.choose(await photo());
    const detail = await failed;
    expect(detail.code).to.equal('unauthenticated');
    expect(detail.hint).to.not.equal(undefined);
    expect(state(element)).to.equal('failed');
    await expect(element).to.be.accessible();
  });

  it('begins anew when it is told to', async () => {
    const element = await generator();
    await element.choose(await photo());
    element.reset();
    await element.updateComplete;
    expect(state(element)).to.equal('empty');
  });
});

describe('what it is told', () => {
  it('speaks the language of the page around it, and changes with it', async () => {
    const element = await generator();
    const frame = element.parentElement;
    frame?.setAttribute('lang', 'de');
    element.lang = 'de';
    await waitUntil(() => part(element, 'root').lang === 'de');
    element.lang = 'ar';
    await waitUntil(() => part(element, 'root').dir === 'rtl');
    element.lang = 'xx';
    await waitUntil(() => part(element, 'root').lang === 'en');
  });

  it('says what its site wants it to say', async () => {
    const element = await generator();
    element.messages = { title: 'Bring it to life' };
    await waitUntil(() => element.shadowRoot?.textContent?.includes('Bring it to life'));
  });

  it('takes markup in a text for text', async () => {
    const element = await generator();
    element.messages = { title: '<img src=x onerror="document.title=1">' };
    await waitUntil(() => element.shadowRoot?.textContent?.includes('<img'));
    expect(element.shadowRoot?.querySelector('h2 img')).to.equal(null);
  });

  it('takes properties that were set before it was defined', async () => {
    const api = await server;
    const early = document.createElement('imgvid-late') as ImgvidGenerator;
    early.setAttribute('key', 'pk_test_demo');
    early.api = api;
    early.messages = { title: 'Set early' };
    await fixture(html`<div>${early}</div>`);
    customElements.define('imgvid-late', class extends ImgvidGenerator {});
    await waitUntil(() => early.shadowRoot?.textContent?.includes('Set early'));
    expect(early.api).to.equal(api);
  });

  it('keeps nothing on the device where it is told not to', async () => {
    localStorage.clear();
    const element = await generator({ storage: 'none' });
    await element.choose(await photo());
    const created = oneEvent(element, 'imgvid-created');
    part(element, 'create').click();
    await created;
    expect(localStorage.length).to.equal(0);
    await element.cancel();
    await reaches(element, 'ready');
  });
});

describe('with a model that knows more than a dozen moves', () => {
  /** As many tiles as the next dozen moves will make. */
  async function manyMoves(): Promise<ImgvidGenerator> {
    const element = await generator();
    await element.choose(await photo());
    const { model } = element.flow.wishes;
    if (!model) throw new Error('There is no model.');
    element.flow.wishes.model = {
      ...model,
      camera_moves: [...model.camera_moves, 'pan_left', 'tilt_up', 'handheld'],
    };
    element.requestUpdate();
    await element.updateComplete;
    return element;
  }
  const tiles = (element: Element): Element[] => [
    ...(element.shadowRoot?.querySelectorAll('.tile:not(.later)') ?? []),
  ];

  it('a desk shows two rows and the way to the rest, which takes the focus there', async () => {
    const element = await manyMoves();
    const moves = part(element, 'moves');
    expect(tiles(element).length).to.equal(8);
    expect(moves.classList.contains('folded')).to.equal(true);
    part(element, 'all-moves').click();
    await waitUntil(() => element.shadowRoot?.activeElement?.closest('.later'));
    expect(moves.classList.contains('folded')).to.equal(false);
  });

  it('what is chosen is always to be seen', async () => {
    const element = await manyMoves();
    element.flow.wishes.change({ move: 'handheld' });
    await element.updateComplete;
    expect(part(element, 'moves').classList.contains('folded')).to.equal(false);
  });
});

describe('where there is a choice of models', () => {
  /** The server's model, and others as outside companies have them. */
  async function three(): Promise<ImgvidGenerator> {
    const element = await generator();
    await element.choose(await photo());
    const { wishes } = element.flow;
    const { model: usual } = wishes;
    if (!usual) throw new Error('There is no model.');
    const scene: Model = {
      ...usual,
      id: 'kie/scene',
      name: 'Scene',
      durations_s: [6, 10],
      fps: [24],
      loop: false,
      camera_strength: false,
      prompt: { max_length: 300, role: 'scene' },
      negative_prompt: { max_length: 50 },
      sound: true,
      typical_s: { low: 45, median: 90, high: 170 },
      prices: [
        { resolution: '720p', duration_s: 6, credits: 37 },
        { resolution: '720p', duration_s: 10, credits: 73 },
        { resolution: '1080p', duration_s: 6, credits: 64 },
      ],
      resolutions: ['720p', '1080p'],
      impossible: [
        { when: { resolution: ['1080p'], duration_s: [10] }, reason: '1080p is limited to 6 seconds.' },
      ],
      defaults: { ...usual.defaults, duration_s: 6, fps: 24 },
    };
    wishes.offer([usual, scene, { ...scene, id: 'kie/plain', name: 'Plain', prompt: null, seed: false }]);
    await element.updateComplete;
    return element;
  }
  const options = (element: Element, name: string): string[] =>
    [...(part(element, name) as HTMLSelectElement).options].map(({ text }) => text.trim());
  const use = async (element: ImgvidGenerator, id: string): Promise<void> => {
    const radio = element.shadowRoot?.querySelector<HTMLInputElement>(`input[value="${id}"]`);
    radio?.click();
    await element.updateComplete;
  };
  /** Colours are what they are once everything has faded in. */
  const settled = (element: Element): Promise<void> =>
    waitUntil(() =>
      element.shadowRoot
        ?.getAnimations()
        .every(({ playState, effect }) => playState === 'finished' || effect?.getTiming().iterations !== 1),
    );
  const has = (element: Element, name: string): boolean =>
    Boolean(element.shadowRoot?.querySelector(`[part~="${name}"]`));

  it('shows what each costs, how long it takes, and whether there is sound', async () => {
    const element = await three();
    element.flow.wishes.change({ duration_s: 10, resolution: '720p' });
    await element.updateComplete;
    const row = part(element, 'models').querySelector('input[value="kie/scene"]')?.closest('label');
    expect(row?.textContent).to.contain('73 test credits');
    expect(row?.textContent).to.contain('with sound');
    expect(row?.textContent).to.contain('Usually takes 45 sec to 3 min');
  });

  it('offers what the chosen one can do, and keeps a wish for a model that can fulfil it', async () => {
    const element = await three();
    element.flow.wishes.change({ duration_s: 3, loop: true });
    await use(element, 'kie/scene');
    expect(element.flow.wishes.choices).to.include({ duration_s: 6, loop: false });
    expect(options(element, 'duration').map((text) => text.split(' – ')[0])).to.eql(['6 sec', '10 sec']);
    expect([has(element, 'loop'), has(element, 'fps'), has(element, 'negative-prompt')]).to.eql([
      false,
      false,
      true,
    ]);
    await settled(element);
    await expect(element).to.be.accessible();
    await use(element, 'imgvid/camera');
    expect(element.flow.wishes.choices).to.include({ duration_s: 3, loop: true });
  });

  it('says why a pair cannot be had, before anything is sent', async () => {
    const element = await three();
    await use(element, 'kie/scene');
    choose(element, 'duration', '10');
    await element.updateComplete;
    expect(options(element, 'resolution')).to.eql(['720p – 73 test credits', '1080p – only at 6 sec']);
    element.lang = 'de';
    await waitUntil(() => options(element, 'resolution')[1] === '1080p – nur bei 6 Sek.');
  });

  it('lets go of as little as possible when the wishes do not go together', async () => {
    const element = await three();
    element.flow.wishes.change({ duration_s: 10, resolution: '1080p' });
    await use(element, 'kie/scene');
    expect(element.flow.wishes.choices).to.include({ duration_s: 6, resolution: '1080p' });
  });

  it('sends to a model only what it takes', async () => {
    const element = await three();
    await use(element, 'kie/scene');
    const write = (name: string, text: string): void => {
      const field = part(element, name) as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event('input'));
    };
    write('prompt', 'Leaves fall.');
    write('negative-prompt', 'people');
    write('seed', '99999999999x');
    await element.updateComplete;
    expect((part(element, 'seed') as HTMLInputElement).value).to.equal('4294967295');
    const body = (): GenerationRequest => {
      const { model, choices } = element.flow.wishes;
      if (!model || !choices) throw new Error('There is no model.');
      return toRequest('upl_1', model, choices);
    };
    expect(body()).to.include({ negative_prompt: 'people', prompt: 'Leaves fall.', seed: 4_294_967_295 });
    expect(body()).to.not.have.property('loop');
    // A character beyond the basic plane is two units long: at the limit it goes whole or not at all.
    const limit = element.flow.wishes.model?.prompt?.max_length ?? 0;
    write('prompt', `${'a'.repeat(limit - 1)}🌊`);
    expect(body().prompt).to.equal('a'.repeat(limit - 1));
    await use(element, 'kie/plain');
    expect(body()).to.not.have.any.keys('prompt', 'seed');
  });
});

describe('a photo to end on', () => {
  /** A model that takes one, at 720p only, and one that takes none. */
  async function two(): Promise<ImgvidGenerator> {
    const element = await generator();
    await element.choose(await photo());
    const { wishes } = element.flow;
    const { model: usual } = wishes;
    if (!usual) throw new Error('There is no model.');
    const impossible: Model['impossible'] = [
      { when: { resolution: ['1080p'], end_frame: true }, reason: 'A last photo needs 720p.' },
    ];
    wishes.offer([{ ...usual, id: 'kie/ends', end_frame: true, impossible }, usual]);
    wishes.use('kie/ends');
    await element.updateComplete;
    return element;
  }
  const give = (element: ImgvidGenerator, file: Blob): void => {
    const input = part(element, 'end-frame') as HTMLInputElement;
    const transfer = new DataTransfer();
    transfer.items.add(new File([file], 'end.jpg', { type: file.type }));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
  };
  const wanted = (element: ImgvidGenerator): unknown => {
    const { model, choices } = element.flow.wishes;
    return model && choices ? toRequest('upl_1', model, choices).end_upload_id : null;
  };
  const label = (element: Element): string =>
    part(element, 'end-frame').closest('label')?.textContent.replace(/\s+/g, ' ').trim() ?? '';

  it('is sent ahead, asked for where the model takes one, and can be taken back', async () => {
    const element = await two();
    expect(label(element)).to.equal('Ends on another photo Choose a photo');
    give(element, await photo(300, 400));
    await waitUntil(() => wanted(element) !== undefined, 'it has not arrived', { timeout: 10_000 });
    await element.updateComplete;
    expect(wanted(element)).to.match(/^upl_/);
    expect(label(element)).to.equal('Ends on another photo Change photo');
    const { wishes } = element.flow;
    wishes.use('imgvid/camera');
    expect(wanted(element)).to.equal(undefined);
    wishes.use('kie/ends');
    expect(wanted(element)).to.match(/^upl_/);
    wishes.change({ resolution: '1080p' });
    await element.updateComplete;
    expect((part(element, 'create') as HTMLButtonElement).disabled).to.equal(true);
    expect(part(element, 'error').textContent).to.contain('A last photo needs 720p.');
    part(element, 'remove-end-frame').click();
    await element.updateComplete;
    expect(wanted(element)).to.equal(undefined);
    expect((part(element, 'create') as HTMLButtonElement).disabled).to.equal(false);
    expect(label(element)).to.equal('Ends on another photo Choose a photo');
  });

  it('that is none is refused in words, and the first one stays', async () => {
    const element = await two();
    give(element, new Blob(['no photo'], { type: 'image/jpeg' }));
    await waitUntil(() => element.shadowRoot?.querySelector('[part~="error"]'));
    expect(part(element, 'error').textContent).to.contain('not a photo');
    expect(element.flow.hasPhoto).to.equal(true);
    expect(wanted(element)).to.equal(undefined);
  });

  it('is not taken over into the next video when everything begins anew', async () => {
    const element = await two();
    give(element, await photo(300, 400));
    element.reset();
    await element.choose(await photo());
    await element.updateComplete;
    await waitUntil(() => label(element) === 'Ends on another photo Choose a photo');
    expect(wanted(element)).to.equal(undefined);
  });
});

describe('with the keyboard', () => {
  it('moves the focus on to the next step', async () => {
    const element = await generator();
    part(element, 'choose').focus();
    await element.choose(await photo());
    await waitUntil(() => element.shadowRoot?.activeElement === part(element, 'choices-title'));
  });

  it('says each stage once to those who cannot see it', async () => {
    const element = await generator();
    const said: string[] = [];
    const region = element.shadowRoot?.querySelector('[role="status"]');
    new MutationObserver(() => said.push(region?.textContent?.trim() ?? '')).observe(region as Node, {
      characterData: true,
      childList: true,
      subtree: true,
    });
    await element.choose(await photo());
    part(element, 'create').click();
    await reaches(element, 'done');
    await aTimeout(0);
    const words = said.filter(Boolean);
    expect(words.length).to.be.greaterThan(0);
    expect(words.filter((text, i) => text === words[i - 1])).to.deep.equal([]);
  });
});

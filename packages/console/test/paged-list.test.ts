import type { ReactiveControllerHost } from 'lit';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Page, PagedList } from '../src/data/pages.ts';

// The page's own address is where its API is.
vi.stubGlobal('location', new URL('https://imgvid.example/console/'));
const { PagedList: List } = await import('../src/data/pages.ts');

interface Asked {
  cursor: string | undefined;
  signal: AbortSignal;
  answer: (page: Page<number>) => void;
  fail: (error: Error) => void;
}

let asked: Asked[];
let list: PagedList<number>;
let draws: number;

beforeEach(() => {
  asked = [];
  draws = 0;
  const host = { addController: () => undefined, requestUpdate: () => draws++ };
  list = new List<number>(host as unknown as ReactiveControllerHost, (cursor, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Page<number>>();
    asked.push({ cursor, signal, answer: resolve, fail: reject });
    return promise;
  });
});

it('reads on from where the last page ended, and no further than the end', async () => {
  const first = list.restart();
  expect(list.state).toBe('first');
  asked[0]?.answer({ data: [1, 2], next_cursor: 'after 2' });
  await first;
  const second = list.more();
  expect(asked[1]?.cursor).toBe('after 2');
  asked[1]?.answer({ data: [3], next_cursor: null });
  await second;
  expect(list.items).toEqual([1, 2, 3]);
  expect(list.complete).toBe(true);
  await list.more();
  expect(asked).toHaveLength(2);
});

it('asks for a page once, however often the end comes into view', async () => {
  const first = list.restart();
  void list.more();
  void list.more();
  asked[0]?.answer({ data: [1], next_cursor: 'after 1' });
  await first;
  void list.more();
  void list.more();
  expect(asked).toHaveLength(2);
});

it('throws the answer to an earlier question away', async () => {
  const earlier = list.restart();
  const later = list.restart();
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[1]?.answer({ data: [2], next_cursor: null });
  await later;
  asked[0]?.answer({ data: [1], next_cursor: 'after 1' });
  await earlier;
  expect(list.items).toEqual([2]);
  expect(list.complete).toBe(true);
});

it('keeps what it has when a page does not come, says so, and asks for the same page once more', async () => {
  const first = list.restart();
  asked[0]?.answer({ data: [1], next_cursor: 'after 1' });
  await first;
  const second = list.more();
  asked[1]?.fail(new Error('The line is cut.'));
  await second;
  expect(list).toMatchObject({ state: 'failed', items: [1], complete: false });
  expect(list.failure).not.toBe('');
  expect(draws).toBeGreaterThan(3);
  const again = list.retry();
  expect(asked[2]?.cursor).toBe('after 1');
  asked[2]?.answer({ data: [2], next_cursor: null });
  await again;
  expect(list.items).toEqual([1, 2]);
});

it('reads as many pages as it takes to come back to a place', async () => {
  const back = list.restart({ atLeast: 3 });
  asked[0]?.answer({ data: [1, 2], next_cursor: 'after 2' });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]?.answer({ data: [3, 4], next_cursor: 'after 4' });
  await back;
  expect(list.items).toEqual([1, 2, 3, 4]);
  expect(asked).toHaveLength(2);
});

it('goes on where it was left', async () => {
  list.resume({ items: [1, 2], cursor: 'after 2' });
  expect(list).toMatchObject({ state: 'idle', complete: false });
  const more = list.more();
  expect(asked[0]?.cursor).toBe('after 2');
  asked[0]?.answer({ data: [3], next_cursor: null });
  await more;
  expect(list.soFar).toEqual({ items: [1, 2, 3], cursor: null });
});

it('stops asking when the page is left', () => {
  void list.restart();
  list.hostDisconnected();
  expect(asked[0]?.signal.aborted).toBe(true);
});

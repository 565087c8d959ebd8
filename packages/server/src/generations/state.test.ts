import { isTerminal } from '@imgvid/api';
import { expect, it } from 'vitest';
import { openStatuses, sourcesOf, statuses } from './state.ts';

it('never leaves a terminal state', () => {
  for (const target of statuses) {
    expect(sourcesOf(target).filter(isTerminal)).toEqual([]);
  }
});

it('can be canceled, fail and expire at every stage', () => {
  for (const target of ['canceled', 'failed', 'expired'] as const) {
    expect(sourcesOf(target)).toEqual(openStatuses);
  }
});

it('succeeds only after its files were stored', () => {
  expect(sourcesOf('succeeded')).toEqual(['storing']);
});

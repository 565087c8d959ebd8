import { html, nothing, type TemplateResult } from 'lit';
import type { PagedList } from '../data/pages.ts';
import './rows.ts';
import { unread } from './states.ts';

interface RowTable<T extends { id: string }> {
  label: string;
  headings: TemplateResult;
  list: PagedList<T>;
  cells: (item: T, pictures: boolean) => TemplateResult;
  /** In CSS pixels. */
  rowHeight: number;
  /** Told the index of the last row that is seen. */
  seen: (last: number) => void;
}

/** The rows read so far under their headings, and why there are no more where reading failed. */
export function rowTable<T extends { id: string }>(table: RowTable<T>): TemplateResult {
  const { label, headings, list, cells, rowHeight, seen } = table;
  const { items, complete } = list;
  return html`<div role="table" aria-label=${label} aria-rowcount=${complete ? items.length + 1 : -1}>
      <div role="rowgroup">${headings}</div>
      <ic-rows
        .items=${items}
        .renderRow=${cells}
        .rowHeight=${rowHeight}
        @ic-range=${({ detail }: CustomEvent<number>) => seen(detail)}
      ></ic-rows>
    </div>
    ${list.state === 'failed' ? listFailed(list) : nothing}`;
}

/** Why a list could not be read, and another try. */
export const listFailed = (list: Pick<PagedList<unknown>, 'failure' | 'retry'>): TemplateResult =>
  unread(list.failure, () => list.retry());

import type { Site } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { selectField, textField } from '../../elements/fields.ts';
import { statusNames } from './status.ts';

/** Filters stand in the address, so that a list can be bookmarked, sent, and come back to. */
export interface Filters {
  status: string;
  site: string;
  product: string;
  /** Calendar days: 2026-11-24. */
  after: string;
  before: string;
}

export const noFilters: Filters = { status: '', site: '', product: '', after: '', before: '' };

export function readFilters(): Filters {
  const search = new URLSearchParams(location.search);
  const names = Object.keys(noFilters) as (keyof Filters)[];
  return names.reduce((filters, name) => ({ ...filters, [name]: search.get(name) ?? '' }), noFilters);
}

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some((value) => value !== '');

/** `?status=failed`, or nothing where nothing is filtered. */
export function addressOf(filters: Filters): string {
  const search = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  return search.size > 0 ? `?${search}` : '';
}

/** Midnight in the reader's own time zone, as the API takes it. */
const momentOf = (day: string, plusDays = 0): string | undefined => {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + plusDays).toISOString();
};

/** What the API is asked. */
export const queryOf = ({ status, site, product, after, before }: Filters) => ({
  status,
  site_id: site,
  product_ref: product,
  created_after: momentOf(after),
  created_before: momentOf(before, 1),
});

export const filterForm = (
  { status, site, product, after, before }: Filters,
  sites: readonly Site[],
  change: (change: Partial<Filters>) => void,
): TemplateResult =>
  html`<form
    class="filters"
    role="search"
    aria-label="Filter the videos"
    @submit=${(event: Event) => event.preventDefault()}
    @change=${({ target }: Event) => {
      const { name, value } = target as HTMLInputElement;
      change({ [name]: value.trim() });
    }}
  >
    ${selectField({
      name: 'status',
      label: 'Status',
      value: status,
      options: [['', 'All'], ...Object.entries(statusNames)],
    })}
    ${
      sites.length > 1 || site !== ''
        ? selectField({
            name: 'site',
            label: 'Site',
            value: site,
            options: [['', 'All'], ...sites.map(({ id, name }): [string, string] => [id, name])],
          })
        : nothing
    }
    ${textField({ name: 'product', label: 'Product reference', value: product, maxlength: 200 })}
    ${textField({ name: 'after', label: 'From', type: 'date', value: after })}
    ${textField({ name: 'before', label: 'To', type: 'date', value: before })}
  </form>`;

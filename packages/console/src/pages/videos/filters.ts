import type { Site } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { selectField, textField } from '../../elements/fields.ts';
import { dayFilters, filterForm, momentOf, readAddress } from '../../elements/filters.ts';
import { statusNames } from './status.ts';

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
  const filters = readAddress(noFilters);
  return { ...filters, status: filters.status in statusNames ? filters.status : '' };
}

/** What the API is asked. */
export const queryOf = ({ status, site, product, after, before }: Filters) => ({
  status,
  site_id: site,
  product_ref: product,
  created_after: momentOf(after),
  created_before: momentOf(before, 1),
});

export const videoFilters = (
  { status, site, product, after, before }: Filters,
  sites: readonly Site[],
  change: (change: Partial<Filters>) => void,
): TemplateResult =>
  filterForm(
    'Filter the videos',
    change,
    html`${selectField({
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
    ${dayFilters(after, before)}`,
  );

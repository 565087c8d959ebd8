import { html, type TemplateResult } from 'lit';
import { textField } from './fields.ts';

/*
 * Filters of a list stand in the address, so that the list can be bookmarked, sent, and come back to.
 */

/** The filters of the address; those it does not name are as in `none`. */
export function readAddress<T extends { [K in keyof T]: string }>(none: T): T {
  const search = new URLSearchParams(location.search);
  const given = Object.keys(none).map((name) => [name, search.get(name) ?? none[name as keyof T]]);
  return Object.fromEntries(given) as T;
}

export const isFiltered = (filters: object): boolean => Object.values(filters).some((value) => value !== '');

/** `?status=failed`, or nothing where nothing is filtered. */
export function addressOf(filters: object): string {
  const search = new URLSearchParams(
    Object.entries(filters as Record<string, string>).filter(([, value]) => value !== ''),
  );
  return search.size > 0 ? `?${search}` : '';
}

/** Midnight in the reader's own time zone, as the API takes it. */
export function momentOf(day: string, plusDays = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + plusDays).toISOString();
}

/** The first and the last day that are shown. */
export const dayFilters = (after: string, before: string): TemplateResult =>
  html`${textField({ name: 'after', label: 'From', type: 'date', value: after })}
  ${textField({ name: 'before', label: 'To', type: 'date', value: before })}`;

/** The form around the fields: what is changed holds at once. */
export const filterForm = <T>(
  label: string,
  change: (change: Partial<T>) => void,
  fields: TemplateResult,
): TemplateResult =>
  html`<form
    class="filters"
    role="search"
    aria-label=${label}
    @submit=${(event: Event) => event.preventDefault()}
    @change=${({ target }: Event) => {
      const { name, value } = target as HTMLInputElement;
      change({ [name]: value.trim() } as Partial<T>);
    }}
  >
    ${fields}
  </form>`;

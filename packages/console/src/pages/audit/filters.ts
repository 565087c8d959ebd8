import { auditActions } from '@imgvid/api/names';
import { html, type TemplateResult } from 'lit';
import { selectField } from '../../elements/fields.ts';
import { dayFilters, filterForm, momentOf, readAddress } from '../../elements/filters.ts';
import { actionNames, type Names } from './words.ts';

export interface Filters {
  action: string;
  actor: string;
  /** Calendar days: 2026-11-24. */
  after: string;
  before: string;
}

export const noFilters: Filters = { action: '', actor: '', after: '', before: '' };
export function readFilters(): Filters {
  const filters = readAddress(noFilters);
  const isKnown = auditActions.some((name) => name === filters.action);
  return { ...filters, action: isKnown ? filters.action : '' };
}

/** What the API is asked. */
export const queryOf = ({ action, actor, after, before }: Filters) => ({
  action,
  actor,
  created_after: momentOf(after),
  created_before: momentOf(before, 1),
});

const actions = [
  ['', 'Everything'],
  ...auditActions.map((name): [string, string] => [name, actionNames[name]]),
] as const;

export function auditFilters(
  { action, actor, after, before }: Filters,
  names: Names,
  change: (change: Partial<Filters>) => void,
): TemplateResult {
  // Somebody may have left since the address was made.
  const stranger: [string, string][] =
    actor === '' || names.has(actor) ? [] : [[actor, `…${actor.slice(-5)}`]];
  return filterForm(
    'Filter the log',
    change,
    html`${selectField({ name: 'action', label: 'What', value: action, options: actions })}
    ${selectField({
      name: 'actor',
      label: 'Who',
      value: actor,
      options: [['', 'Everybody'], ...names, ...stranger],
    })}
    ${dayFilters(after, before)}`,
  );
}

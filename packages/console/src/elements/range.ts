import { html, type TemplateResult } from 'lit';
import { selectField } from './fields.ts';

const ranges = [
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
  ['90', 'Last 90 days'],
  ['365', 'Last 365 days'],
] as const;

/** A span of days from the address, or 30. */
export function readRange(): number {
  const given = new URLSearchParams(location.search).get('days');
  return Number(ranges.find(([days]) => days === given)?.[0] ?? 30);
}

export const rangeField = (days: number, change: (days: number) => void): TemplateResult =>
  html`<div>
    ${selectField({
      name: 'days',
      label: 'Days',
      value: String(days),
      options: ranges,
      onChange: (value) => change(Number(value)),
    })}
  </div>`;

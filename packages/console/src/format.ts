const language = (): string | undefined => document.documentElement.lang || undefined;

const dateTime = new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(language(), { dateStyle: 'medium' });
const day = new Intl.DateTimeFormat(language(), { month: 'short', day: 'numeric', timeZone: 'UTC' });
const number = new Intl.NumberFormat(language());
const percent = new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'long' });

export const formatDateTime = (iso: string): string => dateTime.format(new Date(iso));
export const formatDate = (iso: string): string => date.format(new Date(iso));
/** A calendar day in UTC, as usage is counted. */
export const formatDay = (iso: string): string => day.format(new Date(iso));
export const formatNumber = (value: number): string => number.format(value);
export const formatPercent = (fraction: number): string => percent.format(fraction);

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(language(), options).format(bytes / 1000 ** power);
}

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "3 hours ago", "in 2 days". */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.round(seconds / step[1]), step[0]) : relative.format(0, 'minute');
}

/** A day of UTC, as usage is counted: 2026-11-24. */
const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

const dayMs = 86_400_000;

/** The last days up to today, the first of them first. */
export function lastDays(count: number, now = Date.now()): string[] {
  return Array.from({ length: count }, (_, i) => dayOf(new Date(now - (count - 1 - i) * dayMs)));
}

/*
 * Origins that read like another one. After Unicode's UTS #39 (https://www.unicode.org/reports/tr39/): a name of
 * several scripts is odd unless people do write those together, and a name of one script is odd when all its
 * letters have a twin in Latin.
 */

const scripts = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Devanagari', 'Thai'].concat([
  'Georgian',
  'Cherokee',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
]);
const patterns = scripts.map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, 'u') }));

/** Written together every day: Japanese, Korean, Chinese, each also with Latin. */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
];

/** Letters of Cyrillic, Greek and Armenian that most fonts draw like a Latin one. */
const twins = new Set('аеорсухіјѕһԁԛԝӏьгпкнтвмαονρτυχικηωγօոսցհ');

function scriptsOf(text: string): string[] {
  return patterns.filter(({ pattern }) => pattern.test(text)).map(({ script }) => script);
}

/** What is odd about a host name in letters, in sentences; empty when nothing is. */
export function oddities(host: string): string[] {
  const found: string[] = [];
  for (const label of host.split('.')) {
    if (/^[\x20-\x7e]*$/.test(label)) continue;
    const used = scriptsOf(label);
    const mixed = used.length > 1 && !together.some((set) => used.every((script) => set.includes(script)));
    if (mixed) {
      found.push(`“${label}” mixes letters of ${used.join(' and ')}, as names made to deceive do.`);
    } else if (Array.from(label).every((letter) => twins.has(letter) || /[\d-]/.test(letter))) {
      found.push(`“${label}” is written in ${used.join(' and ')} letters that look like Latin ones.`);
    }
  }
  return found;
}

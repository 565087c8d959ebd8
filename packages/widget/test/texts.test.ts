import { expect, it } from 'vitest';
import ar from '../src/texts/ar.ts';
import de from '../src/texts/de.ts';
import { en } from '../src/texts/en.ts';
import es from '../src/texts/es.ts';
import fr from '../src/texts/fr.ts';
import ja from '../src/texts/ja.ts';

it.each(Object.entries({ ar, de, es, fr, ja }))(
  '%s says everything that English says',
  (_language, texts) => {
    expect(Object.keys(texts).toSorted()).toEqual(Object.keys(en).toSorted());
  },
);

import { expect } from '@open-wc/testing';
import ar from '../src/texts/ar.ts';
import de from '../src/texts/de.ts';
import { enMore } from '../src/texts/en-more.ts';
import { en } from '../src/texts/en.ts';
import es from '../src/texts/es.ts';
import fr from '../src/texts/fr.ts';
import ja from '../src/texts/ja.ts';

for (const [language, texts] of Object.entries({ ar, de, es, fr, ja })) {
  it(`${language} says everything that English says`, () => {
    expect(Object.keys(texts).toSorted()).to.deep.equal(Object.keys({ ...en, ...enMore }).toSorted());
  });
}

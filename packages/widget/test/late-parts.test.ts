import { expect } from '@open-wc/testing';
import { answerTo } from '../src/lazy/challenge.ts';
import { sheetOf, textsOf } from '../src/lazy/look.ts';

/** Made by altcha-lib 2.8.0 for the number 37. */
const challenge = {
  parameters: {
    algorithm: 'PBKDF2/SHA-256',
    cost: 1000,
    data: { site: 'site' },
    expiresAt: 2000000000,
    keyLength: 32,
    keyPrefix: '7ee04f85ce8ea84387801bd4208c98a5',
    keySignature: '461b47f9de806574826a901e2be23e14318d85aba761b93891c050ae5dd0474f',
    nonce: 'cd675281bdca1e470fd55dac7ad1a110',
    salt: '56961ea40a139dff369bc136f2786b63',
  },
  signature: '42f2b81b5c2f08a7fdc8dd097493a46affce1b72dd58e058b955058ae57dfae4',
};
const derivedKey = '7ee04f85ce8ea84387801bd4208c98a5a6055f370d1d625559f389ba08b717b2';

describe('proof of work', () => {
  it('finds the number that the library on the server expects', async () => {
    const { proof_of_work } = await answerTo({ type: 'proof_of_work', challenge });
    expect(JSON.parse(atob(proof_of_work ?? ''))).to.deep.equal({
      challenge,
      solution: { counter: 37, derivedKey },
    });
  });
});

describe('the look of a site', () => {
  const look = {
    theme: {
      scheme: 'dark' as const,
      light: { accent: '#aa0000', on_accent: '#ffffff' },
      dark: { accent: '#ff5555' },
      radius_px: 4,
      font: "'Source Sans 3', serif",
    },
    texts: { '*': { create: 'Go', title: 'T' }, de: { create: 'Los' }, 'de-AT': { create: 'Auf geht’s' } },
    hidden_controls: [],
    defaults: {},
    models: null,
  };

  it('becomes custom properties, each a value and nothing else', () => {
    const evil = { ...look, theme: { ...look.theme, font: 'x; } * { color: red' } };
    const [rule, ...others] = [...sheetOf(look).cssRules] as CSSStyleRule[];
    expect(others).to.deep.equal([]);
    expect(rule?.style.getPropertyValue('--imgvid-accent')).to.equal('light-dark(#aa0000, #ff5555)');
    expect(rule?.style.getPropertyValue('--imgvid-on-accent')).to.equal('light-dark(#ffffff, #ffffff)');
    expect(rule?.style.getPropertyValue('--imgvid-radius')).to.equal('4px');
    expect(rule?.style.colorScheme).to.equal('dark');
    expect(sheetOf(evil).cssRules).to.have.length(1);
    expect((sheetOf(evil).cssRules[0] as CSSStyleRule).style.color).to.equal('');
  });

  it('says for a region what it says for the language, and for all', () => {
    expect(textsOf(look, 'de-AT')).to.deep.equal({ create: 'Auf geht’s', title: 'T' });
    expect(textsOf(look, 'de-CH')).to.deep.equal({ create: 'Los', title: 'T' });
    expect(textsOf(look, 'fr')).to.deep.equal({ create: 'Go', title: 'T' });
  });
});

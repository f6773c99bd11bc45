import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

const KEYLESS = '{ identity: me, issuer: { pattern: "https://.*" } }';
const KEY = { kind: 'key', key: 'a.pub' };

describe('the signatures that a gate accepts', () => {
  it.each<[string, readonly object[]]>([
    ['{ key: a.pub }', [{ signer: KEY, images: [], children: false }]],
    ['[{ key: a.pub, images: [api], children: true }]', [{ signer: KEY, images: ['api'], children: true }]],
    ['{ key: a.pub, witness: both }', [{ signer: KEY, images: [], children: false, witness: 'both' }]],
    [
      `[{ key: a.pub }, { keyless: ${KEYLESS}, trustedRoot: root.json }]`,
      [
        { signer: KEY, images: [], children: false },
        {
          signer: {
            kind: 'certificate',
            identity: { kind: 'exact', text: 'me' },
            issuer: { kind: 'pattern', pattern: 'https://.*' },
          },
          trustedRoot: 'root.json',
          images: [],
          children: false,
        },
      ],
    ],
  ])('%s', (written, meant) => {
    const text = fileWith({ prod: `gates: { signature: ${written} }` });
    const { environments } = parseEnvironments(text, 'environments.yaml');
    expect(environments.find(({ gates }) => gates.signature)?.gates.signature).toEqual(meant);
  });

  it.each([
    ['nobody', '{}', 'signature'],
    ['a key and an identity in one', `{ key: a.pub, keyless: ${KEYLESS} }`, 'signature'],
    ['an empty list', '[]', 'signature'],
    ['an image that does not exist', '[{ key: a.pub, images: [apl] }]', 'apl'],
    ['a pattern that is none', '{ keyless: { identity: { pattern: "(" }, issuer: a } }', '"("'],
    ['an unknown witness', '{ key: a.pub, witness: notary }', 'notary'],
    ['a key in a service', '{ key: "gitlab://a/b" }', 'key'],
  ])('are refused for %s', (_, written, under) => {
    const problems = problemsOf(fileWith({ prod: `gates: { signature: ${written} }` }));
    expect(problems.map(marked)).toEqual([under]);
  });
});

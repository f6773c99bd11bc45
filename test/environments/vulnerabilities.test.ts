import { describe, expect, it } from 'vitest';
import { fileWith, marked, problemsOf } from './problems.ts';

describe('the setting of the gate vulnerabilities', () => {
  it.each([
    ['no signers', '{ max: low }', 'vulnerabilities'],
    ['a list without a place', `{ max: low, signers: { key: a }, kev: deny }`, 'kev'],
    ['a place that nothing asks for', `{ max: low, signers: { key: a }, data: { epss: a.csv } }`, 'epss'],
    ['a path out of the repository', `{ max: low, signers: { key: a }, data: { vex: [../a] } }`, '../a'],
    [
      'an exception for no image',
      `{ max: low, signers: { key: a }, except: [{ id: C, image: web, until: 2026-12-31, reason: r, owner: o }] }`,
      'web',
    ],
    [
      'an exception without an owner',
      `{ max: low, signers: { key: a }, except: [{ id: C, until: 2026-12-31, reason: r }] }`,
      '{ id: C, until: 2026-12-31, reason: r }',
    ],
    ['an unknown key', '{ max: low, signers: { key: a }, maks: 1 }', 'maks'],
  ])('is refused with %s', (_, written, under) => {
    const problems = problemsOf(fileWith({ prod: `gates: { vulnerabilities: ${written} }` }));
    expect(problems.map(marked)).toEqual([under]);
  });

  it.each([
    ['signing: { key: own.key, publicKey: a.pub }', '{ key: a.pub }', 'a.pub'],
    ['signing: { key: own.key, trusted: [a.pub] }', '[{ key: b.pub }, { key: a.pub }]', 'a.pub'],
    [
      'signing: { keyless: { identity: me, issuer: "https://a" } }',
      '{ keyless: { identity: me, issuer: "https://a" } }',
      'keyless',
    ],
    ['signing: { key: own.key }', '{ key: a.pub }', undefined],
  ])('has no signer that signs images: %s, %s', (signing, signers, under) => {
    for (const settings of [`signers: ${signers}`, `signers: { key: c.pub }, vex: { signers: ${signers} }`]) {
      const prod = `gates: { vulnerabilities: { max: low, ${settings} } }`;
      const problems = problemsOf(fileWith({ prod, more: signing }));
      expect(problems.map(marked)).toEqual(under === undefined ? [] : [under]);
    }
  });
});

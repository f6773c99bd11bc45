import { describe, expect, it } from 'vitest';
import { policyHash, publicKeysOf } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

const ALICE = '{ name: alice, keys: [alice.pub] }';
const BOB =
  '{ name: bob, forge: bob-acme, identities: [{ identity: bob@acme.example, issuer: "https://id" }] }';
const SIGNED = `{ by: signature, count: 2, signers: [${ALICE}, ${BOB}] }`;

const environment = (prod: string) =>
  environmentNamed(parseEnvironments(fileWith({ prod }), 'environments.yaml'), 'prod');
const DAY = 24 * 60 * 60 * 1000;

describe('an approval by signature', () => {
  it('names people, and counts for a week where nothing is said', () => {
    const { gates, rollback } = environment(`gates: { approval: ${SIGNED} }`);
    expect(gates.approval).toMatchObject({
      by: 'signature',
      count: 2,
      signed: {
        count: 2,
        maxAge: 7 * DAY,
        signers: [
          { name: 'alice', signers: [{ kind: 'key', key: 'alice.pub' }] },
          { name: 'bob', forge: 'bob-acme', signers: [{ kind: 'certificate' }] },
        ],
      },
    });
    expect(rollback?.approval).toMatchObject({ by: 'signature', count: 1, signed: { count: 1 } });
  });

  it('stands beside reviews in a list, and a rollback asks for one of each', () => {
    const { gates, rollback } = environment(`gates: { approval: [{ count: 2, users: [x, y] }, ${SIGNED}] }`);
    expect(gates.approval).toMatchObject({ by: 'review', count: 2, users: ['x', 'y'], signed: { count: 2 } });
    expect(rollback?.approval).toMatchObject({
      by: 'review',
      count: 1,
      users: ['x', 'y'],
      signed: { count: 1 },
    });
  });

  it.each([
    ['{ count: 1 }', { by: 'signature', signed: { count: 1, maxAge: DAY } }],
    ['{ by: stated, users: [x] }', { by: 'stated', users: ['x'] }],
    ['[{ by: stated }, { by: signature }]', { by: 'stated', signed: { maxAge: DAY } }],
  ])('is asked for a rollback as %s says', (written, expected) => {
    const gate = SIGNED.replace('count: 2', 'count: 2, maxAge: 1d');
    const { rollback } = environment(`gates: { approval: ${gate} }, rollback: { approval: ${written} }`);
    expect(rollback?.approval).toMatchObject(expected);
    const { signed } = rollback?.approval ?? {};
    expect(signed === undefined).toBe(!('signed' in expected));
  });

  it.each([
    ['nobody', '{ by: signature }', 'signature'],
    ['people of another way', `{ by: signature, users: [a], signers: [${ALICE}] }`, 'users'],
    ['signers of reviews', `{ signers: [${ALICE}] }`, 'signers'],
    ['an age of reviews', '{ maxAge: 1d }', 'maxAge'],
    ['too few', `{ by: signature, count: 2, signers: [${ALICE}] }`, '2'],
    ['a person twice', `{ by: signature, signers: [${ALICE}, { name: Alice, keys: [b.pub] }] }`, 'Alice'],
    [
      "a person's account twice",
      `{ by: signature, signers: [${ALICE}, { name: x, forge: alice, keys: [b.pub] }] }`,
      'x',
    ],
    [
      'one key of two people',
      `{ by: signature, signers: [${ALICE}, { name: x, keys: [alice.pub] }] }`,
      '{ name: x, keys: [alice.pub] }',
    ],
    ['two ways of people', '[{ count: 1 }, { by: stated }]', '{ by: stated }'],
    [
      'a signature twice',
      `[{ by: signature, signers: [${ALICE}] }, { by: signature, signers: [{ name: x, keys: [x] }] }]`,
      '{ by: signature, signers: [{ name: x, keys: [x] }] }',
    ],
    ['an unknown key', `{ by: signature, signers: [${ALICE}], cuont: 1 }`, 'cuont'],
  ])('is refused with %s', (_, written, under) => {
    const problems = problemsOf(fileWith({ prod: `gates: { approval: ${written} }` }));
    expect(problems.map(marked)).toEqual([under]);
  });

  it('asks for a key or an identity of each person', () => {
    const problems = problemsOf(
      fileWith({ prod: 'gates: { approval: { by: signature, signers: [{ name: x }] } }' }),
    );
    expect(problems.map(marked)).toContain('{ name: x }');
  });

  it('cannot override a freeze, whose pull request is reviewed', () => {
    const freeze = '{ windows: [{ cron: "0 0 1 1 *", for: 1d }], override: { approval: { by: signature } } }';
    expect(problemsOf(fileWith({ prod: `gates: { freeze: ${freeze} }` })).map(marked)).toEqual(['by']);
  });

  it.each([
    ['signing: { key: own.key, publicKey: alice.pub }', 'alice.pub'],
    ['signing: { key: own.key, trusted: [alice.pub] }', 'alice.pub'],
    [
      'signing: { keyless: { identity: bob@acme.example, issuer: "https://id" } }',
      '{ identity: bob@acme.example, issuer: "https://id" }',
    ],
  ])('is signed by nobody who signs images: %s', (more, under) => {
    for (const part of ['gates', 'rollback']) {
      const file = fileWith({ prod: `${part}: { approval: ${SIGNED} }`, more });
      expect(problemsOf(file).map(marked)).toEqual([under]);
    }
    const listed = fileWith({ prod: `gates: { approval: [{ count: 1 }, ${SIGNED}] }`, more });
    expect(problemsOf(listed).map(marked)).toEqual([under]);
  });

  it('voids what was approved where the key behind a path, the people or the age change', () => {
    const of = (prod: string, key: string) => {
      const found = environment(prod);
      const keys = new Map(publicKeysOf(found).map(path => [path, digestOf(`${key} ${path}`)]));
      return policyHash(found, keys, 'all');
    };
    for (const part of ['gates', 'rollback']) {
      const written = (approval: string) => `${part}: { approval: ${approval} }`;
      const hashes = [
        of(written(SIGNED), 'one'),
        of(written(SIGNED), 'two'),
        of(written(SIGNED.replace('bob-acme', 'robert')), 'one'),
        of(written(SIGNED.replace('count: 2', 'count: 2, maxAge: 1d')), 'one'),
      ];
      expect(new Set(hashes).size).toBe(4);
      expect(of(written(SIGNED.replace('alice.pub', 'renamed.pub')), 'one')).not.toBe(hashes[0]);
    }
    const { gates } = environment(`gates: { approval: ${SIGNED} }`);
    expect(JSON.stringify(gates)).toContain('alice.pub');
    const sameKey = (path: string) => {
      const found = environment(`gates: { approval: ${SIGNED.replace('alice.pub', path)} }`);
      return policyHash(found, new Map(publicKeysOf(found).map(one => [one, digestOf('key')])), 'all');
    };
    expect(sameKey('moved.pub')).toBe(sameKey('alice.pub'));
  });
});

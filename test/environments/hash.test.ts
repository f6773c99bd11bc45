import { describe, expect, it } from 'vitest';
import { imagePolicyHash, type KeyIds, policyHash, publicKeysOf } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { trustedRootsOf } from '../../src/environments/trusted-roots.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { trustedRootDigest } from '../../src/signing/trusted-root-digest.ts';
import { APART, BASE, CHANGES, keysOfFile } from './deciding-keys.ts';
import { fileWith } from './problems.ts';

const WHO = '{ identity: me, issuer: "https://a.io" }';

/** The hash for a group that `api` alone is a member of. */
function hashOf(text: string, keys: KeyIds = new Map(), group = 'all'): string {
  const environments = parseEnvironments(text, 'environments.yaml');
  const prod = environmentNamed(environments, 'prod');
  return policyHash(prod, keys, group) + imagePolicyHash(environments, prod, keys, 'api');
}

describe('the hash of what decides about a group', () => {
  it.each<[string, string]>([
    ['comments and blank lines', `# why\n\n${fileWith(BASE)}\n# end\n`],
    ['the order of images', fileWith({ images: '{ web: {}, api: {} }' })],
    ['defaults spelt out', fileWith({ ...BASE, prod: 'commit: pull-request, tags: ["{tag}"]' })],
    ['quotes', fileWith(BASE).replace('ghcr.io/acme/prod', '"ghcr.io/acme/prod"')],
  ])('ignores %s', (_, text) => {
    expect(hashOf(text)).toBe(hashOf(fileWith(BASE)));
  });

  it.each(CHANGES)('%s', (_, parts, isVoid) => {
    const text = typeof parts === 'string' ? parts : fileWith(parts);
    expect(hashOf(text) !== hashOf(fileWith(BASE))).toBe(isVoid);
  });

  it('is known of every key of the file', () => {
    const keys = keysOfFile();
    expect(keys.length).toBeGreaterThan(40);
    const told = new Set(CHANGES.map(([key]) => /^[\w.]+/.exec(key)?.[0]));
    const covers = (key: string) =>
      told.has(key) || [...told].some(one => one?.startsWith(`${key}.`)) || APART.includes(key);
    expect(keys.filter(key => !covers(key))).toEqual([]);
  });

  it.each([
    ['how many approve', 'gates: { approval: { by: stated, count: 2 } }'],
    ['who approves', 'gates: { approval: { by: stated, users: [ann] } }'],
    [
      'how many approve a rollback',
      'gates: { approval: { by: stated } }, rollback: { approval: { count: 2 } }',
    ],
    [
      'which gates a rollback has',
      'gates: { soak: 1h, approval: { by: stated } }, rollback: { gates: [soak] }',
    ],
  ])('holds %s', (_, prod) => {
    const others = [
      'gates: { approval: { by: stated } }',
      'gates: { soak: 1h, approval: { by: stated } }',
      'gates: { approval: { by: stated, users: [] } }',
    ];
    const hashes = others.map(other => hashOf(fileWith({ ...BASE, prod: other })));
    expect(hashes).not.toContain(hashOf(fileWith({ ...BASE, prod })));
  });

  it('holds the members of a named group, and of no other', () => {
    const named = (groups: string) =>
      hashOf(fileWith({ ...BASE, prod: `pullRequest: { group: ${groups} }` }), new Map(), 'shop');
    expect(named('{ shop: [api], other: [web] }')).toBe(named('{ shop: [api] }'));
    expect(named('{ shop: [api, web] }')).not.toBe(named('{ shop: [api] }'));
  });

  describe.each<[string, (path: string) => string]>([
    ['an accepted key', path => `gates: { signature: { key: ${path} } }`],
    ['a key of provenance', path => `gates: { provenance: { key: ${path}, builder: x } }`],
    ["a scanner's key", path => `gates: { vulnerabilities: { max: low, signers: { key: ${path} } } }`],
    [
      'a key of VEX',
      path =>
        `gates: { vulnerabilities: { max: low, signers: { keyless: { identity: a, issuer: "https://a" } }, vex: { signers: { key: ${path} } } } }`,
    ],
    ['a key of test results', path => `gates: { checks: [{ test: a, signers: { key: ${path} } }] }`],
    ['our own key', path => `signing: { key: own.key, publicKey: ${path} }`],
    ['a key of before', path => `signing: { key: own.key, trusted: [${path}] }`],
  ])('holds what %s is', (_, settings) => {
    const withKey = (path: string, content: string) => {
      const text = fileWith({ ...BASE, prod: settings(path) });
      const environments = parseEnvironments(text, 'environments.yaml');
      const keys = publicKeysOf(environmentNamed(environments, 'prod'));
      expect(keys).toEqual([path]);
      return hashOf(text, new Map(keys.map(key => [key, digestOf(content)])));
    };

    it('and not where it is', () => {
      expect(withKey('b.pub', 'one')).toBe(withKey('a.pub', 'one'));
      expect(withKey('a.pub', 'two')).not.toBe(withKey('a.pub', 'one'));
    });
  });

  describe.each<[string, (root: string) => string]>([
    ['an accepted identity', root => `gates: { signature: { keyless: ${WHO}, trustedRoot: ${root} } }`],
    [
      'an identity of one image',
      root => `gates: { signature: { keyless: ${WHO}, trustedRoot: ${root}, images: [api] } }`,
    ],
    ['provenance', root => `gates: { provenance: { keyless: ${WHO}, trustedRoot: ${root}, builder: x } }`],
    [
      'a scanner',
      root => `gates: { vulnerabilities: { max: low, signers: { keyless: ${WHO}, trustedRoot: ${root} } } }`,
    ],
    [
      'test results',
      root => `gates: { checks: [{ test: a, signers: { keyless: ${WHO}, trustedRoot: ${root} } }] }`,
    ],
    [
      'whoever approves',
      root =>
        `gates: { approval: { by: signature, signers: [{ name: a, identities: [${WHO}], trustedRoot: ${root} }] } }`,
    ],
    [
      'whoever approves a rollback',
      root =>
        `rollback: { approval: { by: signature, signers: [{ name: a, identities: [${WHO}], trustedRoot: ${root} }] } }`,
    ],
    ['our own', root => `signing: { keyless: ${WHO}, trustedRoot: ${root} }`],
  ])('holds what the trusted root of %s says', (_, settings) => {
    const withRoot = (path: string, content: string) => {
      const text = fileWith({ ...BASE, prod: settings(path) });
      const roots = trustedRootsOf(environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod'));
      expect(roots).toEqual([path]);
      return hashOf(text, new Map(roots.map(root => [root, trustedRootDigest(content, root)])));
    };

    it('and not where it is, or how it is written', () => {
      expect(withRoot('b.json', '{ "a": 1, "b": 2 }')).toBe(withRoot('a.json', '{"b":2,"a":1}'));
      expect(withRoot('a.json', '{"a":2}')).not.toBe(withRoot('a.json', '{"a":1}'));
    });
  });

  it('holds the exceptions that are for an image, or for all, and no place of a list', () => {
    const scanned = (more: string) =>
      hashOf(
        fileWith({
          ...BASE,
          prod: `gates: { vulnerabilities: { max: low, signers: { key: a.pub }, kev: deny, data: { kev: a.json${more}`,
        }),
      );
    const exception = (image: string) =>
      ` }, except: [{ id: CVE-2026-1, ${image}until: 2026-12-31, reason: r, owner: o }] } }`;
    const plain = scanned(' } } }');
    expect(scanned(', vex: [b.json] } } }')).toBe(plain);
    expect(scanned(exception('image: web, '))).toBe(plain);
    expect(scanned(exception('image: api, '))).not.toBe(plain);
    expect(scanned(exception(''))).not.toBe(plain);
  });

  it('distinguishes a named public key from the private one that it belongs to', () => {
    const text = (key: string) => fileWith({ ...BASE, more: `signing: { key: ${key}, publicKey: a.pub }` });
    const keys = new Map([['a.pub', digestOf('one')]]);
    expect(hashOf(text('b.key'), keys)).toBe(hashOf(text('a.key'), keys));
    expect(hashOf(text('b.key'))).not.toBe(hashOf(text('a.key')));
  });

  it('holds that promote merges, and not how', () => {
    const merging = (how: string) =>
      hashOf(fileWith({ ...BASE, prod: `pullRequest: { merge: automatic${how} }` }));
    expect(merging(', deleteBranch: true')).toBe(merging(''));
    expect(merging(', method: squash')).toBe(merging(''));
  });

  it('is a digest', () => {
    expect(hashOf(fileWith(BASE))).toMatch(/^(sha256:[0-9a-f]{64}){2}$/);
  });
});

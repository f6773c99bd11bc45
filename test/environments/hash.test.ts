import { describe, expect, it } from 'vitest';
import { type KeyIds, policyHash, publicKeysOf } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { fileWith } from './problems.ts';

type Parts = Parameters<typeof fileWith>[0];

const BASE: Parts = { images: '{ api: {}, web: {} }' };

function hashOf(text: string, keys: KeyIds = new Map()): string {
  const environments = parseEnvironments(text, 'environments.yaml');
  return policyHash(environments, environmentNamed(environments, 'prod'), keys);
}

describe('the hash of a policy', () => {
  it.each<[string, string]>([
    ['comments and blank lines', `# why\n\n${fileWith(BASE)}\n# end\n`],
    ['the order of images', fileWith({ images: '{ web: {}, api: {} }' })],
    ['defaults spelt out', fileWith({ ...BASE, prod: 'commit: pull-request, tags: ["{tag}"]' })],
    ['quotes', fileWith(BASE).replace('ghcr.io/acme/prod', '"ghcr.io/acme/prod"')],
    ['other environments', fileWith({ ...BASE, dev: 'commit: direct' })],
  ])('ignores %s', (_, text) => {
    expect(hashOf(text)).toBe(hashOf(fileWith(BASE)));
  });

  it.each<[string, Parts]>([
    ['an image more', { images: '{ api: {}, web: {}, worker: {} }' }],
    ['another source', { images: '{ api: { source: a.io/api }, web: {} }' }],
    ['a pin rule', { images: '{ api: { pins: [{ files: a, path: b, kind: tag }] }, web: {} }' }],
    ['direct commits', { ...BASE, prod: 'commit: direct' }],
    ['other tags', { ...BASE, prod: 'tags: ["v{tag}"]' }],
    ['an approval', { ...BASE, prod: 'gates: { approval: { by: stated } }' }],
    ['one approval more', { ...BASE, prod: 'gates: { approval: { by: stated, count: 2 } }' }],
    ['a signing key', { ...BASE, more: 'signing: { key: a.key }' }],
    ['another branch', { ...BASE, more: 'deployments: { branch: live }' }],
    ['another grouping', { ...BASE, prod: 'pullRequest: { group: image }' }],
  ])('changes with %s', (_, parts) => {
    expect(hashOf(fileWith(parts))).not.toBe(hashOf(fileWith(BASE)));
  });

  describe.each<[string, (path: string) => string]>([
    ['an accepted key', path => `gates: { signature: { key: ${path} } }`],
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

  it('distinguishes a named public key from the private one that it belongs to', () => {
    const text = (key: string) => fileWith({ ...BASE, more: `signing: { key: ${key}, publicKey: a.pub }` });
    const keys = new Map([['a.pub', digestOf('one')]]);
    expect(hashOf(text('b.key'), keys)).toBe(hashOf(text('a.key'), keys));
    expect(hashOf(text('b.key'))).not.toBe(hashOf(text('a.key')));
  });

  it('is a digest', () => {
    expect(hashOf(fileWith(BASE))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

import { describe, expect, it } from 'vitest';
import { policyHash } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith } from './problems.ts';

type Parts = Parameters<typeof fileWith>[0];

const BASE: Parts = { images: '{ api: {}, web: {} }' };

function hashOf(text: string): string {
  const environments = parseEnvironments(text, 'environments.yaml');
  return policyHash(environments, environmentNamed(environments, 'prod'));
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

  it('is a digest', () => {
    expect(hashOf(fileWith(BASE))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../src/environments/diagnostics/yaml-file.ts';
import { environmentsSchema } from '../../../src/environments/schema/environments.ts';
import { fileWith, marked, problemsOf } from '../problems.ts';

const EVERYTHING = readFileSync(
  join(import.meta.dirname, '../../fixtures/environments/everything.yaml'),
  'utf8',
);

describe('what is not available yet', () => {
  it('is part of the shape, and refused by name alone', () => {
    expect(environmentsSchema.safeParse(readYaml(EVERYTHING, 'everything.yaml').value).error).toBeUndefined();
    const problems = problemsOf(EVERYTHING);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.filter(({ message }) => !message.endsWith('is not available in this version'))).toEqual(
      [],
    );
  });

  it.each<[string, Parameters<typeof fileWith>[0], string]>([
    ['keys in a service', { more: 'signing: { key: "pkcs11:token=a;object=b" }' }, 'key'],
    ['public keys in a service', { prod: 'signing: { key: a, publicKey: "gitlab://a/b" }' }, 'publicKey'],
    [
      'trusted keys in a service',
      { more: 'signing: { key: a, trusted: ["azurekms://a"] }' },
      '"azurekms://a"',
    ],
    [
      'a key that its service does not name so',
      { more: 'refresh: { signature: [{ key: "gcpkms://a" }] }' },
      'key',
    ],
    [
      'keys of test results in a service',
      { prod: 'gates: { checks: [{ test: a, signers: { key: "gcpkms://a" } }] }' },
      'key',
    ],
  ])('refuses %s', (_, parts, under) => {
    expect(problemsOf(fileWith(parts)).map(marked)).toEqual([under]);
  });

  it.each<[string, Parameters<typeof fileWith>[0]]>([
    ['hosts', { more: 'hosts: { a.io: { ca: ca.pem, mirrors: [m.io/a], requests: 16 } }' }],
    ['notifications', { more: 'notifications: [{ to: slack, url: env://SLACK_URL }]' }],
    ['an empty refresh', { more: 'refresh: {}' }],
    ['a refresh', { more: 'refresh: { include: [a], update: minor }' }],
    ['the forge github', { more: 'deployments: { forge: github }' }],
    ['the forge gitlab', { prod: 'deployments: { forge: gitlab }' }],
    ['the forge git', { more: 'deployments: { repository: https://github.com/acme/gitops, forge: git }' }],
    [
      'a repository on GitHub without a forge',
      { more: 'deployments: { repository: https://github.com/a/b }' },
    ],
    ['the bundle format', { more: 'signing: { key: env://KEY, formats: [bundle] }' }],
  ])('takes %s', (_, parts) => {
    expect(problemsOf(fileWith(parts))).toEqual([]);
  });
});

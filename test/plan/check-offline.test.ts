import { expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { ReadHolds } from '../../src/plan/check-holds.ts';
import { checkOffline } from '../../src/plan/check-offline.ts';
import { fileWith } from '../environments/problems.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { noHolds } from '../fixtures/no-holds.ts';

/** What is found of production, but for notes, where it builds on a base that dev pins. */
async function found(prod: string, entries = '', held: ReadHolds = { kind: 'read', holds: [] }) {
  const files = new Map([
    [
      'dev/pod.yaml',
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "ghcr.io/acme/dev/api:1" }] }\n',
    ],
    ['dev/kustomization.yaml', 'resources: [pod.yaml]\n'],
    ['prod/kustomization.yaml', `resources: [../dev]\n${entries}`],
  ]);
  const environments = parseEnvironments(fileWith({ prod }), 'environments.yaml');
  return (await checkOffline(environments, files, () => ({ held, now: new Date('2026-11-21') })))
    .filter(({ severity, subject }) => severity !== 'note' && subject === 'prod')
    .map(({ severity, message }) => `${severity} ${message}`);
}

it('knows the entries that overlays of a shared base are to get, without asking anybody', async () => {
  expect(await found('addImages: true')).toEqual([]);
});

it('says what an overlay of a shared base lacks', async () => {
  expect(await found('')).toEqual([
    expect.stringMatching(/^error none of its 1 files/),
    expect.stringMatching(/^warning prod\/kustomization\.yaml:1/),
  ]);
  expect(
    await found(
      '',
      'images: [{ name: ghcr.io/acme/dev/api, newName: ghcr.io/acme/prod/api, newTag: "1" }]\n',
    ),
  ).toEqual([]);
});

it('says that a held digest is pinned, and that holds cannot be read', async () => {
  const digest = digestNamed('worse');
  const entry = `images: [{ name: ghcr.io/acme/dev/api, newName: ghcr.io/acme/prod/api, digest: ${digest} }]\n`;
  const hold = { image: 'api', digest, reason: 'worse', by: 'ann', since: '2026-11-20T00:00:00Z' };
  expect(await found('', entry, { kind: 'read', holds: [{ environment: 'prod', ...hold }] })).toEqual([
    expect.stringMatching(/^warning prod\/kustomization\.yaml:2: api [0-9a-f]{12} is pinned and held/),
  ]);
  expect(await found('', entry, { kind: 'unreadable', reason: 'no holds' })).toEqual(['error no holds']);
});

it('names the key among what is not checked, where there is one', async () => {
  const notes = async (prod: string) => {
    const environments = parseEnvironments(fileWith({ prod }), 'environments.yaml');
    const found = await checkOffline(environments, new Map(), noHolds);
    return found
      .filter(({ subject, unchecked }) => unchecked && subject === 'prod')
      .map(({ message }) => message);
  };
  expect(await notes('')).toEqual(['not checked: what its branch asks for, and its registries']);
  expect(await notes('signing: { key: cosign.key }')).toEqual([
    'not checked: what its branch asks for, its registries, and its key',
  ]);
});

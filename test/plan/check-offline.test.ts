import { expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { checkOffline } from '../../src/plan/check-offline.ts';
import { fileWith } from '../environments/problems.ts';

/** What is found of production, but for notes, where it builds on a base that dev pins. */
async function found(prod: string, entries = '') {
  const files = new Map([
    [
      'dev/pod.yaml',
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "ghcr.io/acme/dev/api:1" }] }\n',
    ],
    ['dev/kustomization.yaml', 'resources: [pod.yaml]\n'],
    ['prod/kustomization.yaml', `resources: [../dev]\n${entries}`],
  ]);
  const environments = parseEnvironments(fileWith({ prod }), 'environments.yaml');
  return (await checkOffline(environments, files))
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

import { expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { checkOffline } from '../../src/plan/check-offline.ts';
import { fileWith } from '../environments/problems.ts';
import { noHolds } from '../fixtures/no-holds.ts';

const SECRETS = '  imagePullSecrets: [{ name: registry }]\n';
const pod = (name: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n${more}  containers:\n    - image: ghcr.io/acme/prod/api:1\n`;

async function found(files: Readonly<Record<string, string>>) {
  const environments = parseEnvironments(fileWith({}), 'environments.yaml');
  return (await checkOffline(environments, new Map(Object.entries(files)), noHolds))
    .filter(({ severity, subject }) => severity === 'warning' && subject === 'prod')
    .map(({ message, rule }) => [message, rule]);
}

it('names a pod without the pull secret that another one has, without being asked to lint', async () => {
  expect(await found({ 'prod/a.yaml': pod('a'), 'prod/b.yaml': pod('b', SECRETS) })).toEqual([
    [
      expect.stringMatching(/^prod\/a\.yaml:6:14: neither the pod nor its service account default/),
      undefined,
    ],
  ]);
});

it('says nothing where no pod has one: the nodes may have a login', async () => {
  expect(await found({ 'prod/a.yaml': pod('a'), 'prod/b.yaml': pod('b') })).toEqual([]);
});

import { expect, it } from 'vitest';
import { createQuestions } from '../../../src/commands/refresh/questions.ts';
import { parseRepositoryName } from '../../../src/oci/reference.ts';
import { RegistryError } from '../../../src/registry/registry-error.ts';

it('names the registry that limits requests, which may be the one that is written to', async () => {
  const questions = createQuestions({ store: () => expect.fail('opened'), log: () => undefined });
  const [from, to] = ['origin.example/node', 'ours.example/node'].map(parseRepositoryName);
  if (from === undefined || to === undefined) throw new Error('no repository');
  const refused = new RegistryError({
    operation: `push ${to}`,
    method: 'PUT',
    url: new URL('https://ours.example/v2/node/manifests/1'),
    status: 429,
    repository: to,
  });
  const waiting = { kind: 'waiting', reason: expect.stringContaining('ours.example limits requests') };
  expect(await questions.attempt(from, () => Promise.reject(refused))).toMatchObject(waiting);
  expect(await questions.attempt(from, async () => 'asked')).toBe('asked');
  expect(await questions.attempt(to, () => expect.fail('asked'))).toMatchObject(waiting);
});

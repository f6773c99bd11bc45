import { expect, it } from 'vitest';
import { checkLogins } from '../../src/commands/doctor/check-logins.ts';
import type { ForgeLogin } from '../../src/commands/doctor/examiner.ts';
import { PromoteError } from '../../src/errors.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const as = (name: string, mayWrite: boolean): ForgeLogin => ({
  repository: 'https://forge.example/acme/gitops',
  viewer: async () => ({ id: '1', name }),
  mayWrite: async () => mayWrite,
});

const refused: ForgeLogin = {
  ...as('', false),
  viewer: async () => {
    throw new PromoteError('UNAUTHORIZED', 'a job may not ask');
  },
};

it.each<[string, ForgeLogin | undefined, readonly object[]]>([
  ['no login', undefined, []],
  ['one that may write', as('alice', true), [{ ok: true, message: expect.stringContaining('alice') }]],
  [
    'one that may read',
    as('bob', false),
    [{ severity: 'error', message: expect.stringContaining('may not write') }],
  ],
  ['an App', as('promote[bot]', false), [{ unchecked: true }]],
  [
    'one that may not ask who it is',
    refused,
    [{ unchecked: true, message: expect.stringContaining('a job may not ask') }],
  ],
])('tells once of %s', async (_, login, expected) => {
  const two = {
    ...environments(),
    environments: [environment({ name: 'dev' }), environment({ name: 'qa' })],
  };
  const found = await checkLogins({ login: async () => login }, two);
  expect(found).toEqual(expected.map(part => expect.objectContaining(part)));
});

import { expect, it } from 'vitest';
import { checkLogins } from '../../src/commands/doctor/check-logins.ts';
import type { ForgeLogin } from '../../src/commands/doctor/examiner.ts';
import { PromoteError } from '../../src/errors.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const RIGHTS = [
  { verdict: 'error', text: 'it lacks the scope api', hint: 'give it that' },
  { verdict: 'unknown', text: 'the rest' },
] as const;
const TOLD = [
  { severity: 'error', message: 'it lacks the scope api', hint: 'give it that' },
  { unchecked: true, message: expect.stringContaining('the rest') },
];

const as = (name: string, mayWrite: boolean): ForgeLogin => ({
  repository: 'https://forge.example/acme/gitops',
  viewer: async () => ({ id: '1', name }),
  mayWrite: async () => mayWrite,
  tokenRights: async () => RIGHTS,
});

const refused: ForgeLogin = {
  ...as('', false),
  viewer: async () => {
    throw new PromoteError('UNAUTHORIZED', 'a job may not ask');
  },
};

it.each<[string, ForgeLogin | undefined, readonly object[]]>([
  ['no login', undefined, []],
  [
    'one that may write',
    as('alice', true),
    [{ ok: true, message: expect.stringContaining('alice') }, ...TOLD],
  ],
  [
    'one that may read',
    as('bob', false),
    [{ severity: 'error', message: expect.stringContaining('may not write') }, ...TOLD],
  ],
  [
    'an App',
    as('promote[bot]', false),
    [{ ok: true, message: expect.stringContaining('promote[bot]') }, ...TOLD],
  ],
  [
    'one that may not ask who it is',
    refused,
    [{ unchecked: true, message: expect.stringContaining('a job may not ask') }, ...TOLD],
  ],
])('tells once of %s', async (_, login, expected) => {
  const two = {
    ...environments(),
    environments: [environment({ name: 'dev' }), environment({ name: 'qa' })],
  };
  const found = await checkLogins({ login: async () => login }, two, NOW);
  expect(found).toEqual(expected.map(part => expect.objectContaining(part)));
});

it.each<[string, Parameters<typeof environment>[0], object]>([
  ['direct commits', { commit: 'direct' }, { pullRequests: false, teams: false, deployments: false }],
  [
    'pull requests that a team approves',
    {
      commit: 'pull-request',
      gates: { approval: { by: 'review', count: 1, users: [], teams: ['acme/ops'] } },
    },
    { pullRequests: true, teams: true, deployments: false },
  ],
  [
    'deployments that are recorded',
    { commit: 'direct', recordsDeployments: {} },
    { pullRequests: false, teams: false, deployments: true },
  ],
  [
    'rollbacks that a team approves',
    {
      commit: 'direct',
      rollback: { approval: { by: 'review', count: 1, users: [], teams: ['acme/ops'] }, gates: [] },
    },
    { pullRequests: false, teams: true, deployments: false },
  ],
])('asks what a token may do of what it is used for: %s', async (_, made, expected) => {
  const asked: unknown[] = [];
  const login: ForgeLogin = {
    ...as('alice', true),
    tokenRights: async use => {
      asked.push(use);
      return [];
    },
  };
  const one = { ...environments(), environments: [environment(made)] };
  await checkLogins({ login: async () => login }, one, NOW);
  expect(asked).toEqual([{ ...expected, now: NOW }]);
});

import { describe, expect, it } from 'vitest';
import type { Asker } from '../../src/forges/forge.ts';
import { tokenOf } from '../servers/gitlab.ts';
import * as forgejo from './forgejo-fixture.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

describe('who asked for a run of GitHub', () => {
  const ALICE = { name: 'alice', id: '7' };

  it('has an id where it was run again', async () => {
    const server = await github.useGitHub();
    server.world.runs.set(5, { id: 5, triggering_actor: { id: 9, login: 'Carol' } });
    const forge = github.openForge(server);
    expect(await forge.runAskers(5, [ALICE, { name: 'carol' }])).toEqual([ALICE, { name: 'Carol', id: '9' }]);
  });

  it('is found by its name where the run may not be read, and is a name where that is none of an account', async () => {
    const server = await github.useGitHub();
    const forge = github.openForge(server);
    const id = expect.stringMatching(/^\d+$/);
    expect(await forge.runAskers(5, [{ name: 'carol' }], 'carol')).toEqual([{ name: 'carol', id }]);
    server.calls();
    const named = ['zoe', 'Rita Lee', 'rita@acme.example', 'promote[bot]'];
    for (const name of named) expect(await forge.runAskers(5, [ALICE], name)).toEqual([ALICE, { name }]);
    expect(server.calls()).toEqual(['GET /users/zoe']);
  });

  it('is not asked for where everybody is known', async () => {
    const server = await github.useGitHub();
    expect(await github.openForge(server).runAskers(5, [ALICE])).toEqual([ALICE]);
    expect(server.calls()).toEqual([]);
  });
});

describe('who asked for a job of GitLab', () => {
  const TOKEN = tokenOf('promote', 'job');
  const BOB = { name: 'bob', id: '13' };
  const OTHER = [BOB];
  const ALICE = [{ name: 'alice', id: '12' }];

  it.each<[string, Partial<Pipeline>, readonly Asker[], readonly Asker[]]>([
    ['whoever started it and whoever runs it again', { owner: 'bob' }, ALICE, [BOB, ...ALICE]],
    ['whoever started it, also where the variables hide who runs it', { owner: 'bob' }, [], [BOB, ...ALICE]],
    ['whoever started it, under whatever variables', {}, OTHER, ALICE],
    ['whoever started it, where the variables say that a schedule did', {}, [], ALICE],
    ['nobody in a schedule', { source: 'schedule' }, [], []],
    ['who plays a job of a schedule of somebody else', { source: 'schedule', owner: 'bob' }, [], ALICE],
    ['nobody in a child pipeline that goes on', { source: 'parent_pipeline' }, [], []],
    ['whoever a child pipeline says started its parent', { source: 'parent_pipeline' }, OTHER, ALICE],
  ])('is %s', async (_, { source = 'web', owner = 'alice' }, seen, expected) => {
    const server = await gitlab.useGitLab();
    const pipeline = { id: 4, source, username: owner };
    server.world.jobs.push({ id: 8, token: TOKEN, username: 'alice', pipeline });
    expect(await gitlab.openForge(server).jobAskers(TOKEN, seen)).toEqual(expected);
  });

  it('is no bot', async () => {
    const server = await gitlab.useGitLab();
    const forge = gitlab.openForge(server);
    expect(await forge.jobAskers(TOKEN, [])).toEqual([]);
    expect(server.calls()).toEqual(['GET /gitlab/api/v4/job']);
    server.world.jobs.push({ id: 8, token: TOKEN, username: 'promote', pipeline: { id: 4, ...BY_BOB } });
    expect(await gitlab.openForge(server).jobAskers(TOKEN, OTHER)).toEqual(OTHER);
  });

  it('is whoever runs it, where its pipeline cannot be read', async () => {
    const server = await gitlab.useGitLab();
    const pipeline = { id: 4, source: 'schedule', username: 'alice' };
    server.world.jobs.push({ id: 8, token: TOKEN, username: 'alice', pipeline });
    server.faults = line => (/pipelines\/4$/.test(line) ? UNSEEN : undefined);
    expect(await gitlab.openForge(server).jobAskers(TOKEN, [])).toEqual(ALICE);
  });

  it.each([
    ['with a token that is none of GitLab', 'made-up', () => undefined],
    [
      'where the address is none of GitLab',
      TOKEN,
      (line: string) => (/\bjob$/.test(line) ? UNSEEN : undefined),
    ],
  ])('is not known, and nothing goes on, %s', async (_, token, faults) => {
    const server = await gitlab.useGitLab();
    server.faults = faults;
    const asked = gitlab.openForge(server).jobAskers(token, OTHER);
    await expect(asked).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining('CI_JOB_TOKEN'),
    });
  });
});

const BY_BOB = { source: 'web', username: 'bob' };

const UNSEEN = { status: 404, body: { message: '404 Not Found' } };

interface Pipeline {
  readonly source: string;
  readonly owner: string;
}

describe('who asked for a job of Forgejo', () => {
  it('is whoever Actions name, with an id', async () => {
    const server = await forgejo.useForgejo();
    const forge = forgejo.openForge(server);
    const stated = [{ name: 'Alice' }, { name: 'gone' }, { name: 'bob', id: '7' }];
    expect(await forge.runAskers(stated)).toEqual([
      { name: 'alice', id: '12' },
      { name: 'gone' },
      { name: 'bob', id: '7' },
    ]);
    expect(await forge.runAskers([])).toEqual([]);
  });
});

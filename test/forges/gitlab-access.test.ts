import { expect, it } from 'vitest';
import type { GitLabForge } from '../../src/forges/gitlab/open.ts';
import { change } from '../git/fixture.ts';
import { tokenOf } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { CONTENT, openForge, propose, useGitLab } from './gitlab-fixture.ts';

type Proposed = Awaited<ReturnType<typeof propose>>;
type Asked = (forge: GitLabForge, proposed: Proposed) => Promise<unknown>;

const files = { 'qa/values.yaml': 'image: c\n' };
const status = { context: 'x', state: 'success', description: '' } as const;
const findIt: Asked = ({ pullRequests }) => pullRequests.find('promote/qa/api', 'main');
const openOne: Asked = ({ pullRequests }) => pullRequests.open('main', 'develop', CONTENT);
const updateIt: Asked = ({ pullRequests }, { pullRequest }) =>
  pullRequests.update(pullRequest, { ...CONTENT, title: 'Promote web' });
const setStatus: Asked = ({ pullRequests }, { head }) => pullRequests.setStatus(head, status);
const mergeIt: Asked = ({ pullRequests }, { pullRequest }) => pullRequests.merge(pullRequest, 'merge');
const readReviews: Asked = ({ pullRequests }, { pullRequest }) => pullRequests.reviews(pullRequest);
const commitToMain: Asked = ({ repository }, { base }) => repository.commit(change(base, files));

/** A token with the scope `read_api`, of an owner with every right. */
const READS_ONLY = { token: 'reads-only' };
const JOB = { tokenKind: 'job' } as const;
const of = (name: string) => ({ token: tokenOf(name) });

describeWith(['git'], 'a token of GitLab that does not suffice is reported', () => {
  it.each<[string, object, Asked, string, RegExp]>([
    ['to open without the scope', READS_ONLY, openOne, 'FORBIDDEN', /scope api and role Developer/],
    ['to update without the scope', READS_ONLY, updateIt, 'FORBIDDEN', /scope api and role Developer/],
    ['to set a status without the scope', READS_ONLY, setStatus, 'FORBIDDEN', /scope api and role Developer/],
    ['to merge without the scope', READS_ONLY, mergeIt, 'FORBIDDEN', /scope api and role Maintainer/],
    ['to open as a Reporter', of('rita'), openOne, 'FORBIDDEN', /role Developer/],
    ['to set a status as a Reporter', of('rita'), setStatus, 'FORBIDDEN', /role Developer/],
    ['to merge as a Developer', of('bob'), mergeIt, 'FORBIDDEN', /^it needs a token .* role Maintainer/],
    ['to push as a Reporter', of('rita'), commitToMain, 'FORBIDDEN', /write_repository and role Developer/],
    [
      'to push as a Developer',
      of('bob'),
      commitToMain,
      'FORBIDDEN',
      /Maintainer where the branch is protected/,
    ],
    ['to find as nobody', of('mallory'), findIt, 'NOT_FOUND', /scope read_api and role Reporter/],
    [
      'that it expired',
      { token: 'expired' },
      findIt,
      'UNAUTHORIZED',
      /expired.*read_api.*, or with scope api/,
    ],
    ['to open as a job', JOB, openOne, 'NOT_FOUND', /project access token.*scope api and role Developer/],
    ['to read approvals as a job', JOB, readReviews, 'NOT_FOUND', /project access token/],
    ['to set a status as a job', JOB, setStatus, 'NOT_FOUND', /project access token/],
  ])('%s', async (_, options, asked, code, hint) => {
    const server = await useGitLab();
    const proposed = await propose(server, openForge(server));
    server.world.tokens.set('reads-only', { username: 'promote', kind: 'private', scopes: ['read_api'] });
    const error = await asked(openForge(server, options), proposed).then(
      () => expect.fail('it was let through'),
      caught => caught,
    );
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
    expect(JSON.stringify([error.message, error.hint])).not.toContain('-token-of-');
  });

  it.each<[string, object, Asked]>([
    ['a token that only reads finds', READS_ONLY, findIt],
    ["a Reporter's finds", of('rita'), findIt],
    ["a job's finds", JOB, findIt],
    ["a job's pushes, where its project lets it", JOB, commitToMain],
  ])('nothing where it does: %s', async (_, options, asked) => {
    const server = await useGitLab();
    const proposed = await propose(server, openForge(server));
    server.world.tokens.set('reads-only', { username: 'promote', kind: 'private', scopes: ['read_api'] });
    expect(await asked(openForge(server, options), proposed)).toBeDefined();
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requester } from '../../src/cli/requester.ts';
import { temporaryDirectory } from '../git/fixture.ts';

const GITHUB = {
  CI: 'true',
  GITHUB_ACTOR: 'alice',
  GITHUB_ACTOR_ID: '7',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
};
const GITLAB = { CI: 'true', GITLAB_USER_LOGIN: 'bob', GITLAB_USER_ID: '8' };
const ALICE = { name: 'alice', id: '7' };
const BOB = { name: 'bob', id: '8' };

it.each<[string, Readonly<Record<string, string>>, readonly object[]]>([
  ['who dispatches a run', GITHUB, [ALICE]],
  ['who comments', { ...GITHUB, GITHUB_EVENT_NAME: 'issue_comment' }, [ALICE]],
  ['nobody by a review', { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request_review' }, []],
  ['nobody by a merge', { ...GITHUB, GITHUB_EVENT_NAME: 'push' }, []],
  ['nobody on a schedule', { ...GITHUB, GITHUB_EVENT_NAME: 'schedule' }, []],
  ['no bot', { ...GITHUB, GITHUB_ACTOR: 'renovate[bot]' }, []],
  ['no job of Forgejo', { ...GITHUB, GITHUB_ACTOR: 'forgejo-actions' }, []],
  [
    'who runs it again, besides',
    { ...GITHUB, GITHUB_TRIGGERING_ACTOR: 'carol', GITHUB_RUN_ATTEMPT: '2' },
    [ALICE, { name: 'carol' }],
  ],
  [
    'who runs again what a merge started',
    { ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_TRIGGERING_ACTOR: 'alice', GITHUB_RUN_ATTEMPT: '2' },
    [ALICE],
  ],
  ['who starts a pipeline', { ...GITLAB, CI_PIPELINE_SOURCE: 'web' }, [BOB]],
  ['who uses a trigger', { ...GITLAB, CI_PIPELINE_SOURCE: 'trigger' }, [BOB]],
  [
    'nobody by a webhook, whose trigger somebody owns',
    { ...GITLAB, CI_PIPELINE_SOURCE: 'trigger', TRIGGER_PAYLOAD: '/builds/TRIGGER_PAYLOAD' },
    [],
  ],
  ["nobody on GitLab's schedule", { ...GITLAB, CI_PIPELINE_SOURCE: 'schedule' }, []],
  ["nobody by GitLab's merge", { ...GITLAB, CI_PIPELINE_SOURCE: 'push' }, []],
  [
    'who starts a job by hand, whatever started its pipeline',
    { ...GITLAB, CI_PIPELINE_SOURCE: 'schedule', CI_JOB_MANUAL: 'true' },
    [BOB],
  ],
  ['who started the parent of a child pipeline', { ...GITLAB, CI_PIPELINE_SOURCE: 'parent_pipeline' }, [BOB]],
  [
    'nobody in a child pipeline whose parent is a schedule',
    { ...GITLAB, CI_PIPELINE_SOURCE: 'parent_pipeline', PROMOTE_GOES_ON: 'true' },
    [],
  ],
  [
    'the user of a pipeline that calls itself a continuation',
    { ...GITLAB, CI_PIPELINE_SOURCE: 'web', PROMOTE_GOES_ON: 'true' },
    [BOB],
  ],
  [
    "who starts a pipeline of GitLab, also with GitHub's variables",
    { ...GITHUB, ...GITLAB, CI_PIPELINE_SOURCE: 'web', CI_JOB_TOKEN: '' },
    [BOB],
  ],
  ['nobody on a laptop', {}, []],
])('those who ask: %s', (_, env, expected) => {
  expect(requester({ env, cwd: '/' }, undefined).requesters).toEqual(expected);
});

const PLAN = `sha256:${'a'.repeat(64)}`;

it.each([
  [`/promote approve ${PLAN}`, []],
  [`/promote approve ${PLAN}\n/promote refresh`, [ALICE]],
  ['/promote approve', [ALICE]],
  ['/promote refresh', [ALICE]],
])('who comments %j asks for %j', async (body, expected) => {
  const path = join(await temporaryDirectory(), 'event.json');
  await writeFile(path, JSON.stringify({ comment: { body } }));
  const env = { ...GITHUB, GITHUB_EVENT_NAME: 'issue_comment', GITHUB_EVENT_PATH: path };
  expect(requester({ env, cwd: '/' }, undefined).requesters).toEqual(expected);
  const again = { GITHUB_RUN_ATTEMPT: '2', GITHUB_TRIGGERING_ACTOR: 'alice' };
  expect(requester({ env: { ...env, ...again }, cwd: '/' }, undefined).requesters).toEqual([ALICE]);
});

it.each<[string, Readonly<Record<string, string>>, string | undefined, string | undefined]>([
  ['whom the caller names', GITHUB, 'rita', 'rita'],
  ['else who started the run', GITHUB, undefined, 'alice'],
  ['nobody where nobody asked', { ...GITHUB, GITHUB_EVENT_NAME: 'push' }, undefined, undefined],
  ['the person of Git, on a laptop', { GIT_AUTHOR_NAME: 'Ada', USER: 'ada' }, undefined, 'Ada'],
  ['who is logged in, without Git', { USER: 'ada' }, undefined, 'ada'],
  ['nobody in a CI that does not tell', { CI: 'true' }, undefined, undefined],
])('who is told to have asked is %s', (_, env, named, expected) => {
  expect(requester({ env, cwd: '/' }, named).requestedBy).toBe(expected);
});

it('counts by the id of who started it, under whatever name', () => {
  expect(requester({ env: GITHUB, cwd: '/' }, 'rita')).toEqual({ requestedBy: 'rita', requesters: [ALICE] });
});

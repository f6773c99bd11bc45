import { expect, it } from 'vitest';
import { requester } from '../../src/cli/requester.ts';

const GITHUB = { GITHUB_ACTOR: 'alice', GITHUB_ACTOR_ID: '7' };

it.each([
  [
    "whom the caller names, with the id of GitHub's actor",
    GITHUB,
    'rita',
    { requestedBy: 'rita', requestedById: '7' },
  ],
  [
    'whom the caller names in a run that a review starts, without the reviewer',
    { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request_review' },
    'rita',
    { requestedBy: 'rita' },
  ],
  ["GitHub's actor", GITHUB, undefined, { requestedBy: 'alice', requestedById: '7' }],
  [
    "GitLab's user",
    { GITLAB_USER_LOGIN: 'bob', GITLAB_USER_ID: '8' },
    undefined,
    { requestedBy: 'bob', requestedById: '8' },
  ],
  [
    'nobody in a run that a review starts',
    { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request_review' },
    undefined,
    {},
  ],
  ['nobody on a schedule', { ...GITHUB, GITHUB_EVENT_NAME: 'schedule' }, undefined, {}],
  [
    "nobody on GitLab's schedule",
    { GITLAB_USER_LOGIN: 'bob', CI_PIPELINE_SOURCE: 'schedule' },
    undefined,
    {},
  ],
  [
    "nobody on GitLab's webhook, whose trigger somebody owns",
    { GITLAB_USER_LOGIN: 'bob', CI_PIPELINE_SOURCE: 'trigger', TRIGGER_PAYLOAD: '/builds/TRIGGER_PAYLOAD' },
    undefined,
    {},
  ],
  [
    'the owner of a trigger that somebody uses',
    { GITLAB_USER_LOGIN: 'bob', GITLAB_USER_ID: '8', CI_PIPELINE_SOURCE: 'trigger' },
    undefined,
    { requestedBy: 'bob', requestedById: '8' },
  ],
  [
    'nobody in a child pipeline whose parent is a schedule',
    { GITLAB_USER_LOGIN: 'bob', CI_PIPELINE_SOURCE: 'parent_pipeline', PROMOTE_GOES_ON: 'true' },
    undefined,
    {},
  ],
  [
    'who starts a job by hand, whatever started its pipeline',
    { GITLAB_USER_LOGIN: 'bob', CI_PIPELINE_SOURCE: 'schedule', CI_JOB_MANUAL: 'true' },
    undefined,
    { requestedBy: 'bob' },
  ],
  [
    'the user of a pipeline that calls itself a continuation',
    { GITLAB_USER_LOGIN: 'bob', CI_PIPELINE_SOURCE: 'web', PROMOTE_GOES_ON: 'true' },
    undefined,
    { requestedBy: 'bob' },
  ],
  ['nobody in a CI that does not tell', {}, undefined, {}],
  [
    'the person of Git on a laptop',
    { CI: '', GIT_AUTHOR_NAME: 'Ada', USER: 'ada' },
    undefined,
    { requestedBy: 'Ada' },
  ],
  ['who is logged in, without Git', { CI: '', USER: 'ada' }, undefined, { requestedBy: 'ada' }],
])('the requester is %s', (_, env, named, expected) => {
  expect(requester({ env: { CI: 'true', ...env }, cwd: '/' }, named)).toEqual(expected);
});

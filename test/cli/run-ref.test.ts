import { expect, it } from 'vitest';
import { runRef } from '../../src/cli/run-ref.ts';

const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/app', GITHUB_EVENT_NAME: 'push' };
const MAIN = { ...GITHUB, GITHUB_REF: 'refs/heads/main', GITHUB_REF_PROTECTED: 'true' };
const GITLAB = { GITLAB_CI: 'true', CI_PROJECT_PATH: 'acme/app', CI_PIPELINE_SOURCE: 'push' };
const RELEASE = { ...GITLAB, CI_COMMIT_BRANCH: 'release/1', CI_COMMIT_REF_PROTECTED: 'true' };

it.each<[string, Readonly<Record<string, string>>, object]>([
  ['a protected branch on GitHub', MAIN, { kind: 'protected', repository: 'acme/app', branch: 'main' }],
  ['a schedule on it', { ...MAIN, GITHUB_EVENT_NAME: 'schedule' }, { kind: 'protected' }],
  ['a branch that nobody protects', { ...MAIN, GITHUB_REF_PROTECTED: 'false' }, { kind: 'other' }],
  ['a tag', { ...MAIN, GITHUB_REF: 'refs/tags/v1' }, { kind: 'other' }],
  ['a pull request by its event', { ...MAIN, GITHUB_EVENT_NAME: 'pull_request' }, { kind: 'pull-request' }],
  [
    'one that runs on its base',
    { ...MAIN, GITHUB_EVENT_NAME: 'pull_request_target' },
    { kind: 'pull-request' },
  ],
  ['a review', { ...MAIN, GITHUB_EVENT_NAME: 'pull_request_review' }, { kind: 'pull-request' }],
  ['what follows another workflow', { ...MAIN, GITHUB_EVENT_NAME: 'workflow_run' }, { kind: 'pull-request' }],
  ['a pull request by its ref', { ...MAIN, GITHUB_REF: 'refs/pull/3/merge' }, { kind: 'pull-request' }],
  [
    'a merge queue',
    { ...MAIN, GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-3' },
    { kind: 'pull-request' },
  ],
  ['a protected branch on GitLab', RELEASE, { kind: 'protected', branch: 'release/1' }],
  ['another branch on GitLab', { ...RELEASE, CI_COMMIT_REF_PROTECTED: 'false' }, { kind: 'other' }],
  ['a merge request', { ...RELEASE, CI_MERGE_REQUEST_IID: '3' }, { kind: 'pull-request' }],
  [
    'a merge request by its pipeline',
    { ...RELEASE, CI_PIPELINE_SOURCE: 'merge_request_event' },
    { kind: 'pull-request' },
  ],
  ['a laptop', { GITHUB_REF: 'refs/heads/main', GITHUB_REF_PROTECTED: 'true' }, { kind: 'other' }],
])('knows %s', (_, env, ref) => {
  expect(runRef({ env })).toMatchObject(ref);
});

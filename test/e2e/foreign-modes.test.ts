import { describe, expect, it } from 'vitest';
import { pushFiles as pushToGitHub, type Special } from '../forges/github-fixture.ts';
import { pushFiles as pushToGitLab } from '../forges/gitlab-fixture.ts';
import { GIT } from '../git/fixture.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import type { ReviewPlace } from './review-place.ts';
import { createPullStage } from './review-stage.ts';

type Push = (files: Readonly<Record<string, Special>>, branch: string) => Promise<unknown>;

const BRANCH = 'promote/production/all';
const CHANGES: readonly (readonly [string, Readonly<Record<string, Special>>])[] = [
  ['where a link points', { link: { mode: '120000', content: '/etc/passwd' } }],
  ['that a file can be run', { 'run.sh': { mode: '100755', content: '#!/bin/sh\n' } }],
  ['which commit a submodule is at', { module: { mode: '160000', content: '1'.repeat(40) } }],
  ['a pinned file into a link', { 'production/api.yaml': { mode: '120000', content: '../dev/api.yaml' } }],
];

describe('a head that changes, beside or instead of the plan,', () => {
  it.each(CHANGES)('%s, is nobody’s approved plan on GitHub', async (_, change) => {
    const place = await githubPlace();
    await expectStopped(place, (files, branch) => pushToGitHub(place.server, files, { branch }), change);
  });

  it.runIf(GIT !== undefined).each(CHANGES)('%s, is nobody’s approved plan on GitLab', async (_, change) => {
    const place = await gitlabPlace();
    const push: Push = async (files, branch) => pushToGitLab(place.server, files, { branch });
    await expectStopped(place, push, change);
  });
});

async function expectStopped(
  place: ReviewPlace & { readonly pulls: NonNullable<ReviewPlace['pulls']> },
  push: Push,
  change: Readonly<Record<string, Special>>,
): Promise<void> {
  const stage = await createPullStage(place, ['gates: { approval: { count: 1 } }']);
  await push(
    {
      link: { mode: '120000', content: 'README.md' },
      module: { mode: '160000', content: '2'.repeat(40) },
    },
    'main',
  );
  await place.push({ 'run.sh': '#!/bin/sh\n' });
  await stage.release('1.0.0');
  await stage.apply();
  await push(change, BRANCH);
  await stage.approve('alice');
  expect((await stage.run(['apply', 'production'])).code).toBe(3);
  expect([await stage.status(), await stage.tags()]).toEqual(['failure', []]);
}

import { expect, it } from 'vitest';
import { pullRequestPage } from '../../src/forges/pull-request-page.ts';

const FROM = 'sourceRef=promote%2Fqa%2Fapi&targetRef=main';

it.each([
  // Bitbucket prints this address itself after a push: https://support.atlassian.com/bitbucket-cloud/
  [
    'https://bitbucket.org/acme/gitops.git',
    'https://bitbucket.org/acme/gitops/pull-requests/new?source=promote%2Fqa%2Fapi&dest=main',
  ],
  [
    'git@bitbucket.org:acme/gitops.git',
    'https://bitbucket.org/acme/gitops/pull-requests/new?source=promote%2Fqa%2Fapi&dest=main',
  ],
  [
    'https://git.acme.example/bitbucket/scm/ops/gitops.git',
    'https://git.acme.example/bitbucket/projects/ops/repos/gitops/pull-requests?create&sourceBranch=refs%2Fheads%2Fpromote%2Fqa%2Fapi&targetBranch=refs%2Fheads%2Fmain',
  ],
  [
    'https://git.acme.example/scm/~alice/gitops.git',
    'https://git.acme.example/users/alice/repos/gitops/pull-requests?create&sourceBranch=refs%2Fheads%2Fpromote%2Fqa%2Fapi&targetBranch=refs%2Fheads%2Fmain',
  ],
  // https://learn.microsoft.com/azure/devops/repos/git/pull-requests
  [
    'https://dev.azure.com/acme/Our%20Shop/_git/gitops',
    `https://dev.azure.com/acme/Our%20Shop/_git/gitops/pullrequestcreate?${FROM}`,
  ],
  [
    'git@ssh.dev.azure.com:v3/acme/shop/gitops',
    `https://dev.azure.com/acme/shop/_git/gitops/pullrequestcreate?${FROM}`,
  ],
  [
    'https://acme.visualstudio.com/_git/gitops',
    `https://acme.visualstudio.com/_git/gitops/pullrequestcreate?${FROM}`,
  ],
  ['https://git.acme.example/acme/gitops.git', undefined],
  ['https://bitbucket.org.evil.example/acme/gitops', undefined],
  ['/srv/git/bitbucket.org/scm/a/b', undefined],
])('of a branch at %s', (repository, page) => {
  expect(pullRequestPage({ repository, branch: 'promote/qa/api', base: 'main' })).toBe(page);
});

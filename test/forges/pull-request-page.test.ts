import { expect, it } from 'vitest';
import { pullRequestPage } from '../../src/forges/pull-request-page.ts';

const FROM = 'sourceRef=promote%2Fqa%2Fapi&targetRef=main';

const BITBUCKET = 'https://bitbucket.org/acme/gitops/pull-requests/new?source=promote%2Fqa%2Fapi&dest=main';
const AZURE = `https://dev.azure.com/acme/shop/_git/gitops/pullrequestcreate?${FROM}`;

function spelled(repository: string): [string, string] {
  return [repository, BITBUCKET];
}

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
  ...['ssh://git@bitbucket.org/acme/gitops.git', 'ssh://git@bitbucket.org:22/acme/gitops'].map(spelled),
  // https://support.atlassian.com/bitbucket-cloud/docs/set-up-personal-ssh-keys-on-linux/, over the port of HTTPS
  ...['ssh://git@altssh.bitbucket.org:443/acme/gitops.git', 'https://me@bitbucket.org/acme/gitops/'].map(
    spelled,
  ),
  ['https://acme@dev.azure.com/acme/shop/_git/gitops', AZURE],
  ['ssh://git@ssh.dev.azure.com:22/v3/acme/shop/gitops', AZURE],
  ['acme@vs-ssh.visualstudio.com:v3/acme/shop/gitops', AZURE],
  [
    'https://acme.visualstudio.com/DefaultCollection/shop/_git/gitops',
    `https://acme.visualstudio.com/DefaultCollection/shop/_git/gitops/pullrequestcreate?${FROM}`,
  ],
  [
    'https://tfs.acme.example:8443/tfs/DefaultCollection/shop/_git/gitops',
    `https://tfs.acme.example:8443/tfs/DefaultCollection/shop/_git/gitops/pullrequestcreate?${FROM}`,
  ],
  // Over SSH nothing says where the pages are.
  ['ssh://git@git.acme.example:7999/ops/gitops.git', undefined],
  ['ssh://tfs.acme.example:22/tfs/DefaultCollection/shop/_git/gitops', undefined],
  ['https://bitbucket.org:8443/acme/gitops', undefined],
  ['https://git.acme.example/acme/gitops.git', undefined],
  ['https://bitbucket.org.evil.example/acme/gitops', undefined],
  ['/srv/git/bitbucket.org/scm/a/b', undefined],
])('of a branch at %s', (repository, page) => {
  expect(pullRequestPage({ repository, branch: 'promote/qa/api', base: 'main' })).toBe(page);
});

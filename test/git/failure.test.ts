import { expect, it } from 'vitest';
import { gitFailure } from '../../src/git/failure.ts';

// Each text is the server's own.
it.each([
  [
    "GitLab: Branch name 'promote/production/all' does not follow the pattern '^(feature|hotfix)/.*'",
    /begin with promote/,
  ],
  ["GitLab: Commit message does not follow the pattern '^[A-Z]+-[0-9]+ '", /messages of promote/],
  ['GitLab: Commit must be signed with a GPG key', /without a signature/],
  [
    "GitLab: Committer's email 'noreply@gitops-promote.dev' does not follow the pattern '@acme\\.com$'",
    /GIT_AUTHOR_EMAIL/,
  ],
  [
    "GitLab: You cannot push commits for 'noreply@gitops-promote.dev'. You can only push commits if the committer email is one of your own verified emails.",
    /GIT_AUTHOR_EMAIL.*verified/,
  ],
  ["GitLab: Author 'noreply@gitops-promote.dev' is not a member of team", /GIT_AUTHOR_EMAIL/],
  [
    'GitLab: You are not allowed to push code to protected branches on this project.',
    /commit by pull request/,
  ],
])('a push that is refused names its rule: %s', (said, hint) => {
  const printed = `remote: ${said}\nTo https://gitlab.example/a/b.git\n ! [remote rejected] x -> y (pre-receive hook declined)`;
  const failure = gitFailure('push to y', printed, []);
  expect(failure).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringMatching(hint) });
  expect(failure.message).toContain(said);
});

import { describe, expect, it } from 'vitest';
import { explained } from '../../src/forges/api/git-transport.ts';
import { explainRule } from '../../src/forges/github/ruleset.ts';
import { gitFailure } from '../../src/git/failure.ts';

/** Each text is the server's own, or of a hook that people write, with the setting that cures it. */
const RULES: readonly (readonly [said: string, hint: RegExp])[] = [
  [
    "GitLab: Branch name 'promote/production/all' does not follow the pattern '^(feature|hotfix)/.*'",
    /commits\.branch/,
  ],
  ["GitLab: Commit message does not follow the pattern '^[A-Z]+-[0-9]+ '", /commits\.message/],
  ["GitLab: Commit message contains the forbidden pattern 'WIP'", /commits\.message/],
  ['commit-msg: the subject exceeds the limit of 72 characters', /commits\.message/],
  ['GitLab: Commit must be signed with a GPG key', /commits\.signing/],
  ['GitLab: Commit must contain a DCO signature', /commits\.signOff/],
  ['DCO: missing Signed-off-by in 1234567', /commits\.signOff/],
  [
    "GitLab: Committer's email 'noreply@gitops-promote.dev' does not follow the pattern '@acme\\.com$'",
    /commits\.committer/,
  ],
  [
    "GitLab: Author's commit email 'noreply@gitops-promote.dev' does not follow the pattern '@acme\\.com$'",
    /commits\.author/,
  ],
  [
    "GitLab: You cannot push commits for 'noreply@gitops-promote.dev'. You can only push commits if the committer email is one of your own verified emails.",
    /commits\.committer.*verified/,
  ],
  ['error: GH007: Your push would publish a private email address.', /commits\.author/],
  ["Bitbucket: 1234567: expected committer email 'a@acme.com' but found 'b@acme.com'", /commits\.committer/],
  ['Bitbucket: You cannot push a commit of an unverified committer', /commits\.committer/],
  ["GitLab: Author 'noreply@gitops-promote.dev' is not a member of team", /commits\.author/],
  ['GitLab: File "big.yaml" is larger than the allowed size of 1 MB', /`exclude`/],
  ['error: GH001: Large files detected. File big.yaml is 123.00 MB', /`exclude`/],
  ['GitLab: PUSH BLOCKED: Secrets detected in code changes', /holds a secret/],
  ['error: GH013: Repository rule violations found; - Push cannot contain secrets', /holds a secret/],
  [
    'error: GH013: Repository rule violations found; - Commits must have verified signatures.',
    /commits\.signing/,
  ],
  [
    'error: GH013: Repository rule violations found; - Branch name must match the pattern: ^x/',
    /commits\.branch/,
  ],
  [
    'error: GH013: Repository rule violations found; - Committer email must end with: @acme.com',
    /commits\.committer/,
  ],
  [
    'error: GH013: Repository rule violations found; - Changes must be made through a pull request.',
    /pull-request/,
  ],
  ['Gitea: branch main is protected from unverified commit 1234567', /commits\.signing/],
  [
    'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
    /pull-request/,
  ],
  ["VS403702: The push was rejected because it contains commits with author email 'x'", /commits\.committer/],
  [
    'GitLab: You are not allowed to push code to protected branches on this project.',
    /commit by pull request/,
  ],
  ['acme: releases only on weekdays', /a rule or a hook of the server.*in the words above/],
];

describe('a push that is refused', () => {
  it.each(RULES)('names the setting that cures it: %s', (said, hint) => {
    const failure = refused(said);
    expect(failure).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringMatching(hint) });
    expect(failure.message).toContain(said);
  });

  it.each(RULES.filter(([, hint]) => /commits|hook/.test(hint.source)))(
    'is no matter of the token on GitLab and on Forgejo: %s',
    said => {
      const asked = explained(refused(said), () => 'another token');
      expect(asked).toMatchObject({ hint: refused(said).hint });
    },
  );

  it.each(RULES.filter(([, hint]) => /^commits/.test(hint.source)))(
    'says the same by the API of GitHub: %s',
    said => {
      expect(explainRule(said).hint).toContain(refused(said).hint);
    },
  );
});

it('gives no cure of a push for the same words in what is read', () => {
  const printed = "fatal: 'Commit must be signed with a GPG key' is no branch; HTTP 403";
  expect(gitFailure('fetch', printed, []).hint).toBe('let the token read the repository');
});

it('takes no word of its own message for a rule, where the server was not reached', () => {
  const printed = 'fatal: unable to access https://x/signed-off-by.git/: Could not resolve host: x';
  expect(gitFailure('push of main', printed, [], 'push')).toMatchObject({ code: 'UNREACHABLE' });
});

function refused(said: string) {
  const printed = `remote: ${said}\nTo https://gitlab.example/a/b.git\n ! [remote rejected] x -> y (pre-receive hook declined)`;
  return gitFailure('push to y', printed, [], 'push');
}

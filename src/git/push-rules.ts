/**
 * The setting that fixes a refused push, found by the server's words; `undefined` for words of no known rule.
 * Use it only for answers to a push: elsewhere the same words mean something else.
 */
export function pushRuleHint(said: string): string | undefined {
  return RULES.find(([pattern]) => pattern.test(said))?.[1];
}

/** Whether a failure's hint comes from such a rule, so another token does not help. */
export function isPushRuleHint(hint: string | undefined): boolean {
  return hint === UNKNOWN_RULE || RULES.some(([, cure]) => cure === hint);
}

/** The hint where a hook refuses in words of its own. */
export const UNKNOWN_RULE =
  'a rule or a hook of the server refuses it, in the words above; docs/commits.md lists the settings for authors, signatures, messages and branches';

const LETS = 'docs/commits.md says how';
const SAYS = `set commits.message to what the rule takes, such as \`conventional\`, "[OPS-1] {summary}", or "[{tickets}] {summary}" with --ticket; ${LETS}`;

/**
 * The words of GitLab (https://docs.gitlab.com/user/project/repository/push_rules/), GitHub
 * (https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets),
 * Gitea and Forgejo (services/pull and routers/private/hook_pre_receive.go), Azure DevOps (TF402455, VS403702), and of
 * hooks that people write. The first that matches counts.
 */
const RULES: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /secrets? detected|push protection|cannot contain secrets|PUSH BLOCKED/i,
    'a changed file holds a secret beside its pins: take it out and replace it, or allow it by the link above',
  ],
  [/\b(message|subject|description)\b.*(too long|longer than|exceeds?\b)/i, SAYS],
  [
    /(larger than the (allowed|maximum) (file )?size|exceeds? .*(size|limit)|exceed the \d+ ?\w+ limit|GH001|file size)/i,
    'a changed file is larger than the server takes: leave it out of the environment with `exclude`, or raise the limit',
  ],
  [
    /\bDCO\b|signed-off-by|sign(ed)?[ -]off/i,
    `set commits.signOff: true, and commits.author to whom the rule takes; ${LETS}`,
  ],
  [
    /must be signed|must have verified signatures|unverified commit\b|(un|not )signed|(missing|no|invalid) (gpg |ssh |commit )?signature/i,
    `set commits.signing to a key, { ssh: env://COMMIT_KEY }, or on GitHub with an App to forge; ${LETS}`,
  ],
  [
    /branch name\b.*(does not follow|must|does not match|pattern)|ref name .*(must|match|pattern)/i,
    `set commits.branch to a name that the rule takes: "release/{environment}/{group}"; ${LETS}`,
  ],
  [
    /you cannot push commits for|VS403702|inconsistent with GitLab account name|can only push your own commits/i,
    "set commits.committer to the name and a verified address of the token's owner",
  ],
  [
    /\b(committer|author)\b.*(does not follow|is not a member|must|does not match|pattern|but found)|unverified committer|GH007/i,
    `set commits.author and commits.committer to what the rule takes; ${LETS}`,
  ],
  [/(commit )?(message|subject)\b.*(does not (follow|match)|must|contains the forbidden|pattern)/i, SAYS],
  [
    /must be made through a pull request|TF402455|must use a pull request/i,
    'let the environment commit by pull request: `commit: pull-request`',
  ],
  [
    /(project|repository) (is|was) archived|archived so is read-only/i,
    'unarchive the repository, or name the one that replaces it in deployments.repository',
  ],
];

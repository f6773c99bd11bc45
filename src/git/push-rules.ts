/** What helps where a server's rules for pushes refuse one, by the server's own words; `undefined`: no such rule. */
export function pushRuleHint(printed: string): string | undefined {
  return RULES.find(([pattern]) => pattern.test(printed))?.[1];
}

const PLACE = 'under Settings, Repository, Push rules, which hold for project bots too';

/** https://docs.gitlab.com/user/project/repository/push_rules/ */
const RULES: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /branch name .*does not follow the pattern/i,
    `let the rule take branches that begin with promote/, ${PLACE}`,
  ],
  [/commit message .*does not follow the pattern/i, `let the rule take the messages of promote, ${PLACE}`],
  [
    /you cannot push commits for/i,
    "set GIT_AUTHOR_EMAIL, and GIT_AUTHOR_NAME, to a verified address of the token's owner",
  ],
  [
    /(committer|author)('s email)? .*(does not follow the pattern|is not a member)/i,
    'set GIT_AUTHOR_EMAIL, and GIT_AUTHOR_NAME, to what the rule takes',
  ],
  [
    /commits? must be signed|must have verified signatures/i,
    `let the rule take commits without a signature, ${PLACE}`,
  ],
  [
    /(project|repository) (is|was) archived|archived so is read-only/i,
    'unarchive the repository, or name the one that replaces it in deployments.repository',
  ],
];

/** One thing in which forges differ, and the test that shows it on one of them. */
interface Difference {
  readonly what: string;
  readonly github: string;
  readonly gitlab: string;
  readonly forgejo: string;
  readonly shownBy: readonly [file: string, title: string];
}

/** All in which the forges' suites differ; docs/forgejo.md prints it. */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'A commit is made by',
    github: 'the API, compared with the branch',
    gitlab: 'a Git push, compared with the branch',
    forgejo: 'a Git push, compared with the branch',
    shownBy: ['forgejo-repository.test.ts', 'is committed to without asking the API'],
  },
  {
    what: 'The commit that an approval is for',
    github: 'the one that GitHub names',
    gitlab: 'the newest version when it was given',
    forgejo: "the one on the reviewer's page",
    shownBy: [
      'forgejo-reviews.test.ts',
      'are the latest of each person, with the commit that they were given on',
    ],
  },
  {
    what: 'Who may approve, by the forge',
    github: 'who may write',
    gitlab: 'Developers and above',
    forgejo: 'whose review is official, and who may write today',
    shownBy: ['forgejo-reviews.test.ts', 'count by the list of approvers where the branch has one'],
  },
  {
    what: 'A comment approves',
    github: 'as `/promote approve <plan digest>`',
    gitlab: 'as `promote: approve <plan digest>`',
    forgejo: 'never: an administrator edits one and sets its time back',
    shownBy: ['comments.test.ts', 'approve where the forge shows every edit'],
  },
  {
    what: 'An edited comment is known by',
    github: 'when GitHub says it was edited',
    gitlab: 'its two times, which a reply parts too',
    forgejo: 'times that can be set',
    shownBy: ['gitlab-comments.test.ts', 'that anybody edited, or answered, are told from others'],
  },
  {
    what: 'Who pushed is read from',
    github: "the repository's activity",
    gitlab: "versions and the project's events",
    forgejo: "the pull request's timeline and the repository's activity",
    shownBy: ['forgejo-reviews.test.ts', 'are all that its branch pointed at while it was open'],
  },
  {
    what: 'A merge that has to wait is left to the forge',
    github: 'for refresh, by auto-merge',
    gitlab: 'by auto-merge',
    forgejo: 'never: the next run merges',
    shownBy: ['forgejo-merge.test.ts', 'is never left to Forgejo, which would forget the commit'],
  },
  {
    what: 'A required status is',
    github: 'a rule by name, and by App',
    gitlab: '"Pipelines must succeed"',
    forgejo: 'a rule by name',
    shownBy: ['branch-rules.test.ts', 'on Forgejo'],
  },
  {
    what: 'The time of a merge is known of',
    github: 'commits of the default branch',
    gitlab: 'all commits of a merge request',
    forgejo: 'the commit that a merge made',
    shownBy: ['merged-at.test.ts', "is by the server's clock where somebody marks an old-looking commit"],
  },
  {
    what: 'A draft is',
    github: 'a state',
    gitlab: '`Draft:` in the title',
    forgejo: '`WIP:` in the title',
    shownBy: ['forgejo-pull-requests.test.ts', 'are drafts by their title until a person marks them ready'],
  },
  {
    what: 'A team may be asked for a review',
    github: 'yes',
    gitlab: 'no, by its people',
    forgejo: 'yes, of the own organization',
    shownBy: ['forgejo-pull-requests.test.ts', 'are opened with labels, people and a body'],
  },
  {
    what: 'People approve a job of a protected environment',
    github: 'yes',
    gitlab: 'on Premium',
    forgejo: 'no',
    shownBy: ['environment-protection.test.ts', 'of Forgejo is none'],
  },
  {
    what: 'Signing without a key',
    github: "by Sigstore's Fulcio, or your own",
    gitlab: "by Sigstore's Fulcio on GitLab.com, else by your own",
    forgejo: 'by your own Fulcio, from Forgejo 15 on; not on Gitea',
    shownBy: [
      '../signing/tokens.test.ts',
      'asks GitHub Actions, and Forgejo, for one that is meant for Sigstore',
    ],
  },
  {
    what: 'Who ran a job again',
    github: "is read from the run's API",
    gitlab: "is read from the job's API",
    forgejo: 'is not known',
    shownBy: ['askers.test.ts', 'is whoever Actions name, with an id'],
  },
];

/** The table as a page prints it. */
export function printDifferences(): string {
  const rows = DIFFERENCES.map(({ what, github, gitlab, forgejo }) => [what, github, gitlab, forgejo]);
  const lines = [['', 'GitHub', 'GitLab', 'Forgejo, Gitea'], ['---', '---', '---', '---'], ...rows];
  return lines.map(cells => `| ${cells.join(' | ')} |`.replace('|  |', '| |')).join('\n');
}

/** Rules for commits and branches. Git and the forge decide what is absent. */
export interface CommitRules {
  readonly author?: CommitPerson | undefined;
  /** Absent: the author. */
  readonly committer?: CommitPerson | undefined;
  readonly signOff?: boolean | undefined;
  /** Templates; absent: promote's own words. */
  readonly message?: { readonly subject: string; readonly body?: string | undefined } | undefined;
  /** The tickets of commits for which no run names any. */
  readonly tickets?: readonly string[] | undefined;
  readonly signing?: CommitSigning | undefined;
  /** The template of branches, which ends in `{group}`. */
  readonly branch?: string | undefined;
}

/** What signs commits. A key is a path or `env://NAME`; for gpg, it is a name in the keyring. */
export type CommitSigning =
  | { readonly kind: 'forge' }
  | { readonly kind: 'ssh'; readonly key: string }
  | { readonly kind: 'gpg'; readonly key: string }
  | { readonly kind: 'gitsign' };

/** A person that a commit names. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
}

/** The default template for the branch that an environment's group is proposed on. */
const DEFAULT_BRANCH = 'promote/{environment}/{group}';

const GROUP = '{group}';

/** The environment whose branches are named. */
interface Proposing {
  readonly name: string;
  readonly commits?: CommitRules | undefined;
}

/** The prefix of the branches of an environment's proposals; the group's name follows. */
export function branchPrefix({ name, commits }: Proposing): string {
  const template = commits?.branch ?? DEFAULT_BRANCH;
  return template.slice(0, -GROUP.length).replaceAll('{environment}', name);
}

/** The branch that a group is proposed on. */
export function groupBranch(proposing: Proposing, group: string): string {
  return `${branchPrefix(proposing)}${group}`;
}

/** The group that a branch of the environment proposes; `undefined` for another branch. */
export function groupOnBranch(proposing: Proposing, branch: string): string | undefined {
  const prefix = branchPrefix(proposing);
  return branch.startsWith(prefix) ? branch.slice(prefix.length) : undefined;
}

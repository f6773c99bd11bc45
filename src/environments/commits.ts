import type { CommitRules } from './environments.ts';

/** The branch that an environment's group is proposed on, where the file does not say otherwise. */
const DEFAULT_BRANCH = 'promote/{environment}/{group}';

const GROUP = '{group}';

/** Whose branches are named. */
interface Proposing {
  readonly name: string;
  readonly commits?: CommitRules | undefined;
}

/** What the branches of an environment's proposals begin with; the group's name follows. */
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

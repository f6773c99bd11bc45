import type { Environment } from '../environments/environments.ts';
import type { Finding } from './check.ts';
import { groupOf } from './groups.ts';
import type { ImagePin } from './snapshot.ts';

/** What a branch asks for before it takes a change, as its forge can say it. */
export type BranchRules =
  | {
      readonly forge: 'github';
      /** The statuses that a merge waits for; `app` is the id of the App that must have set one. */
      readonly statuses: readonly { readonly context: string; readonly app?: number }[];
    }
  | {
      readonly forge: 'gitlab';
      /** Whether a merge waits for the head's pipeline, which commit statuses are jobs of. */
      readonly pipeline: 'must-succeed' | 'may-be-skipped' | 'free';
      readonly discussions: 'must-be-resolved' | 'free';
      readonly branch: { readonly pushedBy: 'developers' | 'maintainers'; readonly mayPush: boolean };
      /** `undefined` where the tier has none. */
      readonly approvals: readonly { readonly name: string; readonly count: number }[] | undefined;
    };

type GitLabRules = Extract<BranchRules, { readonly forge: 'gitlab' }>;

/** Whether what an environment does to its branch can be done there, and by nobody in another way. */
export function checkBranch(
  environment: Environment,
  branch: string,
  pins: readonly ImagePin[],
  rules: BranchRules,
): readonly Finding[] {
  const statuses = contextsOf(environment, pins);
  const isDirect = environment.commit === 'direct';
  const subject = environment.name;
  switch (rules.forge) {
    case 'github':
      return isDirect ? [] : statuses.map(status => onGitHub({ subject, branch, status }, rules.statuses));
    case 'gitlab':
      if (isDirect) return directOnGitLab(subject, branch, rules);
      return [
        ...statuses.map(status => onGitLab({ subject, branch, status }, rules)),
        ...besideOnGitLab(environment, branch, rules),
      ];
  }
}

interface Wanted {
  readonly subject: string;
  readonly branch: string;
  readonly status: string;
}

function contextsOf({ name, grouping }: Environment, pins: readonly ImagePin[]): readonly string[] {
  return [...new Set(pins.map(({ image }) => `promote/${name}/${groupOf(grouping, image)}`))];
}

function onGitHub(
  { subject, branch, status }: Wanted,
  required: readonly { readonly context: string; readonly app?: number }[],
): Finding {
  const rule = required.find(({ context }) => context === status);
  if (rule === undefined) {
    const message = `${branch} can be merged into before the images are there: it does not require ${status}`;
    const hint = `require the status ${status} on ${branch}, of the App that promote runs as`;
    return { severity: 'warning', subject, message, hint };
  }
  if (rule.app === undefined) {
    const message = `${branch} takes ${status} from anyone who may set a status`;
    return { severity: 'warning', subject, message, hint: 'name the App that promote runs as' };
  }
  return { severity: 'note', subject, message: `${branch} requires ${status} of App ${rule.app}` };
}

function onGitLab({ subject, branch, status }: Wanted, { pipeline }: GitLabRules): Finding {
  const early = `${branch} can be merged into before the images are there`;
  const place = 'under Settings, Merge requests, Merge checks';
  switch (pipeline) {
    case 'must-succeed': {
      const message = `${branch} takes what has a successful pipeline, and ${status} is a job of it`;
      return { severity: 'note', subject, message };
    }
    case 'may-be-skipped': {
      const message = `${early}: a skipped pipeline counts as a successful one`;
      const hint = `switch off "Skipped pipelines are considered successful" ${place}`;
      return { severity: 'warning', subject, message, hint };
    }
    case 'free': {
      const message = `${early}: its merge requests do not wait for ${status}`;
      return { severity: 'warning', subject, message, hint: `switch on "Pipelines must succeed" ${place}` };
    }
  }
}

/** Ways past the merge request, and what else a merge by promote has to wait for. */
function besideOnGitLab(
  { name: subject, pullRequest: { merge } }: Environment,
  branch: string,
  rules: GitLabRules,
): readonly Finding[] {
  const merges = merge.kind === 'automatic';
  const asked = merges ? (rules.approvals ?? []).filter(({ count }) => count > 0) : [];
  const discussed: Finding = {
    severity: 'note',
    subject,
    message: `GitLab asks for every discussion to be resolved before promote can merge into ${branch}`,
  };
  const open: Finding = {
    severity: 'warning',
    subject,
    message: `every Developer may push to ${branch}, past its gates`,
    hint: `protect ${branch} under Settings, Repository, Protected branches: let Maintainers push, or no one`,
  };
  return [
    ...(rules.branch.pushedBy === 'developers' ? [open] : []),
    ...(merges && rules.discussions === 'must-be-resolved' ? [discussed] : []),
    ...asked.map(({ name, count }): Finding => {
      const message = `GitLab's own rule ${JSON.stringify(name)} asks for ${count} before promote can merge`;
      return { severity: 'note', subject, message };
    }),
  ];
}

function directOnGitLab(subject: string, branch: string, rules: GitLabRules): readonly Finding[] {
  if (rules.branch.mayPush) return [];
  const message = `\`commit: direct\`, and promote's token may not push to ${branch}`;
  const hint = `let it push under Settings, Repository, Protected branches, or take \`commit: direct\` out`;
  return [{ severity: 'error', subject, message, hint }];
}

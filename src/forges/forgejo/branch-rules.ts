import type { BranchRule, BranchUse } from '../branch-rule.ts';
import type { Protection } from './protection.ts';
import { isNamedBy } from './status-globs.ts';

/** What a branch's protection means for promote. */
export function branchRules(branch: string, use: BranchUse, asked: Protection): readonly BranchRule[] {
  const place = `under Settings, Branches, the rule for ${branch}`;
  if (use.commit === 'direct') return [...versionRules(asked), ...directRules(branch, place, asked)];
  return [
    ...versionRules(asked),
    statusRule(branch, use.status, place, asked),
    ...use.former
      .filter(status => isRequired(status, asked))
      .map(status => formerRule(branch, status, use.status)),
    ...pushRules(branch, place, asked),
    ...(use.merges ? mergeRules(branch, place, asked) : []),
  ];
}

function versionRules({ outdated }: Protection): readonly BranchRule[] {
  if (outdated === undefined) return [];
  const { product, version, oldest } = outdated;
  const text = `${product} ${version} is older than ${oldest}, the oldest that promote is made for. It does not say who pushed a branch first, so no review counts`;
  return [{ verdict: 'error', text, hint: `update ${product}, or write \`forge: git\` under deployments` }];
}

/** Whether a rule's glob requires the status; a glob such as `*` requires every status. */
function isRequired(status: string, { statuses }: Protection): boolean {
  return statuses?.some(glob => isNamedBy(glob, status)) ?? false;
}

function statusRule(branch: string, status: string, place: string, asked: Protection): BranchRule {
  if (isRequired(status, asked)) {
    const text = `${branch} requires ${status}, which everybody who may write can set`;
    return { verdict: 'ok', text };
  }
  return {
    verdict: 'warning',
    text: `${branch} can be merged into before the images are there: it does not require ${status}`,
    hint: `switch on "Enable Status Check" ${place}, with the pattern ${status}, and answer for other pull requests with promote gate`,
  };
}

/** A branch that requires one group's status requires it on all pull requests, also those of other groups. */
function formerRule(branch: string, former: string, status: string): BranchRule {
  return {
    verdict: 'warning',
    text: `${branch} requires ${former}, which nobody sets on pull requests of anything else`,
    hint: `require ${status} in its place`,
  };
}

/** Ways to change the branch without a pull request. */
function pushRules(branch: string, place: string, { isProtected, rule }: Protection): readonly BranchRule[] {
  if (!isProtected || rule?.isPushedToByAll) {
    return [
      {
        verdict: 'warning',
        text: `everybody who may write to the repository may push to ${branch}, past its gates`,
        hint: `let nobody push, or those alone whom you name, ${place}`,
      },
    ];
  }
  if (rule !== undefined && rule.bindsAdministrators !== true) {
    return [
      {
        verdict: 'warning',
        text: `administrators of the repository may merge into ${branch} whatever is missing`,
        hint: `have the rule hold for administrators too, ${place}, where the instance has that setting`,
      },
    ];
  }
  return [];
}

/** What else a merge by promote must wait for. */
function mergeRules(branch: string, place: string, asked: Protection): readonly BranchRule[] {
  const text = `Forgejo's own rule asks for ${asked.approvals} before promote can merge into ${branch}`;
  return [
    ...(asked.mayMerge
      ? []
      : [
          {
            verdict: 'error',
            text: `promote's token may not merge into ${branch}`,
            hint: `add its account to those who may merge, ${place}`,
          } as const,
        ]),
    ...(asked.approvals > 0 ? [{ verdict: 'ok', text } as const] : []),
  ];
}

function directRules(branch: string, place: string, { mayPush, rule }: Protection): readonly BranchRule[] {
  const signed = {
    verdict: 'warning',
    text: `\`commit: direct\`, and ${branch} takes commits with a verified signature alone`,
    hint: 'have promote sign its commits with a key that its account has',
  } as const;
  const refused = {
    verdict: 'error',
    text: `\`commit: direct\`, and promote's token may not push to ${branch}`,
    hint: `let its account push ${place}, or take \`commit: direct\` out`,
  } as const;
  return [...(mayPush ? [] : [refused]), ...(rule?.wantsSigned ? [signed] : [])];
}

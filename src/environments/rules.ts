import type { Issue } from './issue.ts';
import { approvalCanBeReached, reviewNeedsPullRequest } from './rules/approval.ts';
import { deploymentsHoldNoCredentials } from './rules/deployments.ts';
import { groupsHoldImages } from './rules/groups.ts';
import {
  filesHaveOneEnvironment,
  pinRulesHaveOneImage,
  repositoriesHaveOneImage,
} from './rules/ownership.ts';
import { predecessorsAreAcyclic, predecessorsExist } from './rules/predecessors.ts';
import { registriesPlaceImages, registriesShareFiles } from './rules/registries.ts';
import type { Judged, Rule } from './rules/rule.ts';
import { tagTemplatesGiveTags } from './rules/tag-templates.ts';

const RULES: readonly Rule[] = [
  predecessorsExist,
  predecessorsAreAcyclic,
  registriesPlaceImages,
  registriesShareFiles,
  repositoriesHaveOneImage,
  filesHaveOneEnvironment,
  pinRulesHaveOneImage,
  groupsHoldImages,
  tagTemplatesGiveTags,
  approvalCanBeReached,
  reviewNeedsPullRequest,
  deploymentsHoldNoCredentials,
];

/** Everything that is wrong between keys that are each right by themselves. */
export function ruleIssues(judged: Judged): readonly Issue[] {
  return RULES.flatMap(rule => rule(judged));
}

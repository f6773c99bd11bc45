import type { Issue } from './issue.ts';
import { approvalCanBeReached, approvalFitsItsWay, reviewNeedsPullRequest } from './rules/approval.ts';
import { deploymentsHoldNoCredentials } from './rules/deployments.ts';
import { groupsHoldImages } from './rules/groups.ts';
import { mergeIsPossible } from './rules/merge.ts';
import {
  filesHaveOneEnvironment,
  pinRulesHaveOneImage,
  repositoriesHaveOneImage,
} from './rules/ownership.ts';
import { predecessorsAreAcyclic, predecessorsExist } from './rules/predecessors.ts';
import { refreshIsNoEnvironment, refreshNamesAreSound, refreshWindowsAreHours } from './rules/refresh.ts';
import { registriesPlaceImages, registriesShareFiles } from './rules/registries.ts';
import type { Judged, Rule } from './rules/rule.ts';
import { movingTagsHaveOneEnvironment } from './rules/shared-tags.ts';
import { acceptedSignersHaveImages } from './rules/signature.ts';
import { signaturesCanBeVerified } from './rules/signing.ts';
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
  movingTagsHaveOneEnvironment,
  approvalCanBeReached,
  reviewNeedsPullRequest,
  approvalFitsItsWay,
  mergeIsPossible,
  deploymentsHoldNoCredentials,
  signaturesCanBeVerified,
  acceptedSignersHaveImages,
  refreshIsNoEnvironment,
  refreshNamesAreSound,
  refreshWindowsAreHours,
];

/** Everything that is wrong between keys that are each right by themselves. */
export function ruleIssues(judged: Judged): readonly Issue[] {
  return RULES.flatMap(rule => rule(judged));
}

import type { Issue } from '../diagnostics/issue.ts';
import { branchesTellEnvironments } from './branches.ts';
import { forgesSignTheirOwn } from './commits.ts';
import { deploymentsHoldNoCredentials } from './deployments.ts';
import { evidenceHasOnePlace } from './evidence-place.ts';
import { freezesAreSound, gatesAreSound } from './gates.ts';
import { groupsHoldImages } from './groups.ts';
import { hostsAreSound } from './hosts.ts';
import { mergeIsPossible } from './merge.ts';
import {
  mirroredTagsHaveOrder,
  mirrorIsNoEnvironment,
  mirrorsAreApart,
  mirrorsAreSigned,
} from './mirrors.ts';
import { notificationsAreSound } from './notifications.ts';
import { filesHaveOneEnvironment, pinRulesHaveOneImage, repositoriesHaveOneImage } from './ownership.ts';
import { pinFormsFitTheirPlace } from './pin-forms.ts';
import { predecessorsAreAcyclic, predecessorsExist } from './predecessors.ts';
import { rebuildsAreSound } from './rebuild.ts';
import { refreshIsNoEnvironment, refreshNamesAreSound, refreshWindowsAreHours } from './refresh.ts';
import { backupsAreElsewhere, registriesPlaceImages, registriesShareFiles } from './registries.ts';
import { reportSignersSignNoImages } from './report-signers.ts';
import type { Judged, Rule } from './rule.ts';
import { movingTagsHaveOneEnvironment } from './shared-tags.ts';
import { signaturesCanBeVerified } from './signing.ts';
import { tagTemplatesGiveTags } from './tag-templates.ts';

const RULES: readonly Rule[] = [
  predecessorsExist,
  predecessorsAreAcyclic,
  registriesPlaceImages,
  registriesShareFiles,
  backupsAreElsewhere,
  repositoriesHaveOneImage,
  filesHaveOneEnvironment,
  pinRulesHaveOneImage,
  pinFormsFitTheirPlace,
  groupsHoldImages,
  tagTemplatesGiveTags,
  movingTagsHaveOneEnvironment,
  freezesAreSound,
  gatesAreSound,
  mergeIsPossible,
  deploymentsHoldNoCredentials,
  branchesTellEnvironments,
  forgesSignTheirOwn,
  signaturesCanBeVerified,
  evidenceHasOnePlace,
  reportSignersSignNoImages,
  hostsAreSound,
  notificationsAreSound,
  refreshIsNoEnvironment,
  refreshNamesAreSound,
  refreshWindowsAreHours,
  rebuildsAreSound,
  mirrorsAreApart,
  mirroredTagsHaveOrder,
  mirrorsAreSigned,
  mirrorIsNoEnvironment,
];

/** All problems between keys that are each valid by themselves. */
export function ruleIssues(judged: Judged): readonly Issue[] {
  return RULES.flatMap(rule => rule(judged));
}

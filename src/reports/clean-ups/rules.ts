import { PromoteError } from '../../errors.ts';
import { registryOf } from '../../oci/reference.ts';
import { isAnswered, type Kept } from '../keep.ts';
import { artifactoryRules } from './artifactory.ts';
import { type CleanUp, onlyTakenFrom, type SparedQuery, sparedFor } from './clean-up.ts';
import { ecrRules } from './ecr.ts';
import type { CleanUpFormat } from './formats.ts';
import { ghcrRules } from './ghcr.ts';
import { gitlabRules } from './gitlab.ts';
import { harborRules } from './harbor.ts';

const RULES = {
  ecr: ecrRules,
  harbor: harborRules,
  ghcr: ghcrRules,
  gitlab: gitlabRules,
  artifactory: artifactoryRules,
} satisfies Record<CleanUpFormat, unknown>;

/**
 * Clean-up rules that delete content older than so many days, and spare what must stay. Throws if it is not
 * known everything that must stay, or if no image is in such a registry: rules would spare too little.
 */
export function cleanUpRules(query: SparedQuery, olderThan: number): CleanUp {
  const { kept, format } = query;
  if (!isAnswered(kept)) throw incomplete(kept);
  const spared = sparedFor(query);
  if (spared.length === 0) {
    const hosts = [...new Set(kept.images.map(({ repository }) => registryOf(repository)))];
    throw new PromoteError('USAGE', `keep --format ${format}: no environment has images in such a registry`, {
      hint: `the images are in ${hosts.length === 0 ? 'no registry' : hosts.join(', ')}`,
    });
  }
  const found = RULES[format]({ spared, olderThan });
  const taken = onlyTakenFrom(query).map(
    repository => `${repository} has no rules: environments only take from it`,
  );
  return { ...found, notes: [...found.notes, ...taken] };
}

function incomplete({ images, failures }: Kept): PromoteError {
  const first = failures.map(({ environment, error }) => `${environment}: ${error.message}`);
  const unread = images.flatMap(({ repository, parts }) =>
    parts.state === 'unread' ? [`${repository}: ${parts.error.message}`] : [],
  );
  const reasons = [...first, ...unread];
  const more = reasons.length === 1 ? '' : ` (and ${reasons.length - 1} more: promote keep)`;
  return new PromoteError(
    'INVALID',
    `no rules are printed, as they would spare too little: ${reasons[0]}${more}`,
  );
}

import type { Digest } from '../../oci/digest.ts';
import { isLayout, type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { Kept, KeptImage } from '../keep.ts';
import type { CleanUpFormat } from './formats.ts';

/** A repository that is cleaned up, and what has to stay in it. */
export interface Spared {
  readonly repository: RepositoryName;
  /** The tags of images, without those of evidence. */
  readonly tags: readonly string[];
  /** Every manifest: images, platforms and evidence. */
  readonly digests: readonly Digest[];
  /** Images that no tag names. */
  readonly untagged: readonly Digest[];
}

/** The rules as the clean-up takes them; `unsaid`: what they cannot say, so that it is left out of them. */
export interface CleanUp {
  readonly text: string;
  readonly notes: readonly string[];
  readonly unsaid: readonly string[];
}

/** What has to stay in the repositories, and the age in days from which the rest may be deleted. */
export interface CleanUpRequest {
  readonly spared: readonly Spared[];
  readonly olderThan: number;
}

/** Beginnings and ends of the tags that evidence has: cosign's, lists of referrers, and records of promotions. */
export const EVIDENCE_TAGS = ['sha256-*', 'sha512-*', '*.promoted'] as const;

const ECR =
  /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.(aws|amazonwebservices\.com\.cn))$/;

/** What has to stay, and whose repositories rules are printed for; no names: those of all environments. */
export interface SparedQuery {
  readonly kept: Kept;
  readonly format: CleanUpFormat;
  readonly names: readonly string[];
}

/** What has to stay in each repository that rules are for, whichever environment needs it. */
export function sparedFor(query: SparedQuery): readonly Spared[] {
  return repositories(query).flatMap(({ repository, images, isRuled }) =>
    isRuled ? [sparedIn(repository, images)] : [],
  );
}

/** Repositories without rules: an environment takes from them, and none has its images there. */
export function onlyTakenFrom(query: SparedQuery): readonly RepositoryName[] {
  return repositories(query).flatMap(({ repository, images, isRuled }) =>
    isRuled || images.some(isOwn) ? [] : [repository],
  );
}

function repositories({ kept, format, names }: SparedQuery) {
  const byRepository = Map.groupBy(kept.images, ({ repository }) => repository);
  const isNamed = ({ needs }: KeptImage) =>
    names.length === 0 ||
    needs.some(({ environment, why }) => why !== 'proposed' && names.includes(environment));
  return [...byRepository]
    .filter(([repository]) => isCleanedBy(repository, format))
    .map(([repository, images]) => ({
      repository,
      images,
      // A policy of GitLab counts for all repositories of a project.
      isRuled: format === 'gitlab' || (images.some(isOwn) && images.some(isNamed)),
    }));
}

/** Whether the tag is one that evidence has. */
function isEvidenceTag(tag: string): boolean {
  return /^sha(256|512)-/.test(tag) || tag.endsWith('.promoted');
}

function isCleanedBy(repository: RepositoryName, format: CleanUpFormat): boolean {
  const host = registryOf(repository);
  if (isLayout(repository) || host === 'docker.io') return false;
  if (format === 'ecr') return ECR.test(host);
  if (format === 'ghcr') return host === 'ghcr.io';
  return !ECR.test(host) && host !== 'ghcr.io';
}

function isOwn({ needs }: KeptImage): boolean {
  return needs.some(({ why }) => why !== 'proposed');
}

function sparedIn(repository: RepositoryName, images: readonly KeptImage[]): Spared {
  const there = images.flatMap(({ parts }) => (parts.state === 'kept' ? [parts] : []));
  const named = there.map(({ tags }) => tags.filter(tag => !isEvidenceTag(tag)));
  return {
    repository,
    tags: [...new Set(named.flat())].sort(),
    digests: [...new Set(there.flatMap(({ manifests }) => manifests.map(({ digest }) => digest)))].sort(),
    untagged: there.flatMap(({ manifests }, index) =>
      named[index]?.length === 0
        ? manifests.flatMap(({ digest, kind }) => (kind === 'image' ? [digest] : []))
        : [],
    ),
  };
}

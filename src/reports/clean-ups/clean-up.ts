import type { Digest } from '../../oci/digest.ts';
import { ecrHost } from '../../oci/ecr-host.ts';
import { isLayout, type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { Kept, KeptImage } from '../keep.ts';
import type { CleanUpFormat } from './formats.ts';

/** A repository to clean up, and the content that must stay in it. */
export interface Spared {
  readonly repository: RepositoryName;
  /** The tags of images, without tags of evidence. */
  readonly tags: readonly string[];
  /** Every manifest: images, platforms and evidence. */
  readonly digests: readonly Digest[];
  /** Images that no tag names. */
  readonly untagged: readonly Digest[];
}

/** The rules in the registry's own form. `unsaid`: conditions that they cannot express and leave out. */
export interface CleanUp {
  readonly text: string;
  readonly notes: readonly string[];
  readonly unsaid: readonly string[];
}

/** The content that must stay, and the age in days from which the rest may be deleted. */
export interface CleanUpRequest {
  readonly spared: readonly Spared[];
  readonly olderThan: number;
}

/** Patterns of the tags of evidence: cosign's, lists of referrers, and records of promotions. */
export const EVIDENCE_TAGS = ['sha256-*', 'sha512-*', '*.promoted'] as const;

/** The content that must stay, and the environments whose repositories get rules; no names: all of them. */
export interface SparedQuery {
  readonly kept: Kept;
  readonly format: CleanUpFormat;
  readonly names: readonly string[];
}

/** The content that must stay in each repository with rules, for all environments. */
export function sparedFor(query: SparedQuery): readonly Spared[] {
  return repositories(query).flatMap(({ repository, images, isRuled }) =>
    isRuled ? [sparedIn(repository, images)] : [],
  );
}

/** Repositories without rules: environments only take images from them, and none has its images there. */
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
      // A policy of GitLab applies to all repositories of a project.
      isRuled: format === 'gitlab' || (images.some(isOwn) && images.some(isNamed)),
    }));
}

/** Whether the tag is one of evidence. */
function isEvidenceTag(tag: string): boolean {
  return /^sha(256|512)-/.test(tag) || tag.endsWith('.promoted');
}

function isCleanedBy(repository: RepositoryName, format: CleanUpFormat): boolean {
  const host = registryOf(repository);
  if (isLayout(repository) || host === 'docker.io') return false;
  if (format === 'ecr') return ecrHost(host) !== undefined;
  if (format === 'ghcr') return host === 'ghcr.io';
  return ecrHost(host) === undefined && host !== 'ghcr.io';
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

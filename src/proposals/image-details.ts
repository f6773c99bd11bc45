import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import { PromoteError } from '../errors.ts';
import { describeImage, type ImageDescription } from '../images/description.ts';
import type { Digest } from '../oci/digest.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Candidate } from '../plan/candidates.ts';
import { compareSources, isRepository, sourceRepository } from '../plan/compare-sources.ts';
import type { DecisionKind } from '../plan/plan.ts';
import type { ImageDetails } from '../reports/image-details.ts';
import type { EvidenceAsked, PlacedImage } from './image-evidence.ts';
import type { ProposalEffects } from './run.ts';

interface Asked extends EvidenceAsked {
  readonly repositoryUrl: string | undefined;
  /** The gate whose scan reports are compared. */
  readonly gate: VulnerabilityGate | undefined;
}

/**
 * Details for reviewers of a promoted image, or of one that is rolled back to and the commits this reverts. What cannot
 * be read is left out.
 */
export async function readImageDetails(
  effects: ProposalEffects,
  candidate: Candidate,
  kind: DecisionKind,
  { repositoryUrl, gate, ...asked }: Asked,
): Promise<ImageDetails> {
  const { source, digest, current, targets } = candidate;
  const image = await describeImage(effects.store(source.repository), digest);
  if (image === undefined) return { platforms: [] };
  const replaced = current.find(state => state.digest !== undefined && state.digest !== digest)?.digest;
  const places = [...targets.map(({ repository }) => repository), source.repository];
  const found = replaced === undefined ? undefined : await readFirst(effects, places, replaced);
  const before = found?.image;
  const [older, newer] = kind === 'rollback' ? [image, before] : [before, image];
  const commits =
    older && newer && (await readCommits(effects, sourceOf(older), sourceOf(newer), repositoryUrl));
  const { platforms, size, created } = image;
  const own = { store: effects.store(source.repository), digest };
  const { readEvidence, readNotes } = await import('./image-evidence.ts');
  const evidence = await readEvidence(effects, own, found, asked);
  // A rollback needs no notes: the commits that it reverts say what it removes.
  const notes = kind === 'promotion' ? await readNotes(effects, repositoryUrl, source.tag) : undefined;
  const vulnerabilities =
    gate &&
    replaced &&
    (await (await loadComparison()).readVulnerabilityChange(effects, gate, candidate, replaced));
  return { platforms, size, created, commits, ...evidence, notes, vulnerabilities };
}

/** The readers of reports are loaded where an environment asks for reports. */
async function loadComparison() {
  return await import('./vulnerability-change.ts');
}

async function readFirst(
  effects: ProposalEffects,
  repositories: readonly RepositoryName[],
  digest: Digest,
): Promise<(PlacedImage & { readonly image: ImageDescription }) | undefined> {
  for (const repository of repositories) {
    const store = effects.store(repository);
    const image = await describeImage(store, digest);
    if (image) return { store, digest, image };
  }
  return undefined;
}

async function readCommits(
  { compare, log }: ProposalEffects,
  before: Manifest['annotations'],
  after: Manifest['annotations'],
  repositoryUrl: string | undefined,
): Promise<ImageDetails['commits']> {
  const range = compareSources(before, after);
  if (range === undefined) return undefined;
  const { repository, from, to } = range;
  try {
    // Builders choose this label, so it is only shown. Logins go only to what the environments file names.
    const compared = isRepository(repository, repositoryUrl)
      ? await compare?.(repository, from, to)
      : undefined;
    if (compared) {
      const { url, total, commits } = compared;
      return { url, total, subjects: commits.map(({ subject }) => subject).toReversed() };
    }
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    log(`commits of ${repository} between ${from} and ${to}: ${error.message}`);
  }
  return { url: range.url, subjects: [] };
}

/** The source that the image names: annotations first, since a base image may have set the labels. */
function sourceOf({ annotations, labels }: ImageDescription): Manifest['annotations'] {
  return sourceRepository(annotations) === undefined ? labels : annotations;
}

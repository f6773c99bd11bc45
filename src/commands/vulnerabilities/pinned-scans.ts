import type { Environment, Environments } from '../../environments/environments.ts';
import type { VulnerabilityGate } from '../../environments/gates/vulnerabilities.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { environmentNamed, imageNamed, pushRepository } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { readImageScans } from '../../facts/read-scans.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { contain } from '../../run/contain.ts';
import type { ImageScans } from '../../vulnerabilities/judge.ts';
import type { PinnedImage, Surveying } from './pinned.ts';

/** An image's reports at every repository where the gate reads them or promotions copy them to. */
export interface PinnedScans {
  readonly scans: ImageScans;
  readonly failures: readonly PromoteError[];
}

/**
 * The reports of a pinned image, from the repositories where it runs and its source, where the gate reads.
 * Copies count once. Throws `NOT_FOUND` if a repository where it runs does not have it.
 */
export async function readPinnedScans(
  { effects, environments, environment }: Surveying,
  gate: VulnerabilityGate,
  { image, digest, repositories }: Pick<PinnedImage, 'image' | 'digest' | 'repositories'>,
): Promise<PinnedScans> {
  const taken = sourceRepositories(environments, environment, image);
  const found: ImageScans[] = [];
  const failures: PromoteError[] = [];
  let absent: PromoteError | undefined;
  for (const repository of new Set([...repositories, ...taken])) {
    const at = { image, digest, source: { repository }, targets: [] };
    const read = await contain(() => readImageScans(effects, at, gate));
    if (read.kind === 'done') found.push(read.value);
    else if (read.error.code !== 'NOT_FOUND') failures.push(read.error);
    // A clean-up may have deleted the image at its source.
    else if (repositories.includes(repository)) absent ??= read.error;
  }
  if (absent !== undefined) throw absent;
  const [failure] = failures;
  if (found.length === 0) throw failure ?? nowhere(image, digest);
  return { scans: uniteScans(found, digest), failures };
}

function nowhere(image: string, digest: Digest): PromoteError {
  return new PromoteError('NOT_FOUND', `${image}: ${digest} is in none of its repositories`, {
    hint: 'see what is pinned: promote status',
  });
}

function sourceRepositories(
  environments: Environments,
  { from }: Environment,
  name: string,
): readonly RepositoryName[] {
  const image = imageNamed(environments, name);
  if (from.kind === 'build') return [image.source ?? []].flat();
  const sources = sourceNames(from).map(source => environmentNamed(environments, source));
  return sources.flatMap(({ registries }) => registries.map(registry => pushRepository(registry, image)));
}

/** Joins the reports; the same attestation counts once, wherever it was read. */
function uniteScans(found: readonly ImageScans[], digest: Digest): ImageScans {
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`no scans of ${digest} to unite`);
  return others.reduce((whole, next) => {
    const reports = new Set(whole.reports.map(({ evidence }) => evidence));
    const statements = new Set((whole.vex ?? []).map(({ evidence }) => evidence));
    return {
      image: whole.image,
      reports: [...whole.reports, ...next.reports.filter(({ evidence }) => !reports.has(evidence))],
      vex: [...(whole.vex ?? []), ...(next.vex ?? []).filter(({ evidence }) => !statements.has(evidence))],
      lacking: [...(whole.lacking ?? []), ...(next.lacking ?? [])],
      unread: [...new Set([...whole.unread, ...next.unread])],
      repositories: [...new Set([...whole.repositories, ...next.repositories])],
    };
  }, first);
}

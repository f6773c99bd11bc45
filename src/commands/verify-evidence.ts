import type { Environment, Environments } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { targetRepositories } from '../plan/candidates.ts';
import { closureDigests } from '../registry/closure.ts';
import { gatherEvidence } from '../registry/copy/copy-evidence.ts';
import { type IncompleteEvidence, incompleteEvidence } from '../registry/copy/incomplete-evidence.ts';
import { type MissingEvidence, missingEvidence } from '../registry/evidence/missing.ts';
import type { OpenStore, Store } from '../registry/store.ts';
import type { Check } from '../reports/verify.ts';
import { contain } from '../run/contain.ts';

/** The sources of an image, and the evidence that a promotion should have copied with it. */
export interface CarriedSearch {
  readonly open: OpenStore;
  readonly sources: readonly RepositoryName[];
  readonly target: Store;
  readonly digest: Digest;
  readonly evidence: EvidenceChoice;
  /** When the promotion was recorded, ISO 8601. Evidence that is newer is late, not missing. */
  readonly recorded?: string | undefined;
  /**
   * Whether evidence in a place is our record of the same promotion into another registry of the environment. A
   * repository that keeps the evidence of both has it, although it is not the source's.
   */
  readonly isOwnRecord: (place: Store, piece: MissingEvidence) => Promise<boolean>;
}

/** The repositories that an environment's image comes from. */
export function sourcesOf(
  environments: Environments,
  { from }: Environment,
  image: string,
): readonly RepositoryName[] {
  const { source } = imageNamed(environments, image);
  if (from.kind === 'build') return source === undefined ? [] : [source];
  // With several sources, the evidence is that of the first source that has the image.
  return sourceNames(from).flatMap(name =>
    targetRepositories(imageNamed(environments, image), environmentNamed(environments, name)),
  );
}

/** Checks whether the source's evidence of an image is at the target too. */
export async function checkCarried(search: CarriedSearch): Promise<Check> {
  if (search.evidence === 'none') return unasked('not asked for');
  const outcome = await contain(() => compare(search));
  if (outcome.kind === 'done') return outcome.value;
  const problem = `the source could not be asked for its evidence: ${outcome.error.message}`;
  return { state: 'old', summary: 'not compared', problems: [problem] };
}

async function compare(search: CarriedSearch): Promise<Check> {
  const { open, sources, target, digest, evidence, recorded } = search;
  for (const repository of sources) {
    if (repository === target.name) continue;
    const source = open(repository);
    const content = await source.manifest(digest);
    if (content === undefined) continue;
    const gathered = await gatherEvidence(source, await closureDigests(source, content), evidence);
    const compared = gathered.parts.map(async ({ place, evidence: there }) => {
      const absent = await missingEvidence(place, target, there);
      const own = await Promise.all(absent.map(piece => search.isOwnRecord(place, piece)));
      const incomplete = await incompleteEvidence(target, there, absent);
      return {
        missing: absent.filter((_, index) => !own[index]),
        own: own.filter(Boolean).length,
        incomplete,
      };
    });
    const lacking = await Promise.all(compared);
    const missing = lacking.flatMap(each => each.missing);
    const found = gathered.found - lacking.reduce((sum, each) => sum + each.own, 0);
    const incomplete = lacking.flatMap(each => each.incomplete);
    const carry = `promote copy ${repository}@${digest} ${target.name}`;
    return judge(found, { missing, incomplete }, { recorded, carry });
  }
  return unasked('no source has it');
}

interface Lacking {
  readonly missing: readonly MissingEvidence[];
  readonly incomplete: readonly IncompleteEvidence[];
}

/** Judges the evidence. `carry`: the command that copies what is missing. */
function judge(
  found: number,
  { missing, incomplete }: Lacking,
  { recorded, carry }: { readonly recorded: string | undefined; readonly carry: string },
): Check {
  const late = missing.filter(({ descriptor }) => isLater(descriptor.annotations, recorded));
  const lost = missing.filter(entry => !late.includes(entry));
  const tell = (entries: readonly MissingEvidence[], what: string) =>
    entries.map(entry => `${what}: ${nameOf(entry)}`);
  const problems = [
    ...tell(lost, `evidence of the source is not here (${carry} copies it)`),
    ...tell(late, `newer evidence of the source is not here yet (${carry} copies it)`),
    ...incomplete.map(
      entry =>
        `evidence is listed here without its part ${entry.lacks} (delete its manifest here, then ${carry}): ${nameOf(entry)}`,
    ),
  ];
  const summary = `${found - missing.length - incomplete.length} of ${found}`;
  return {
    state: lost.length + incomplete.length > 0 ? 'bad' : late.length > 0 ? 'old' : 'good',
    summary,
    problems,
  };
}

function nameOf({ descriptor, tag }: MissingEvidence): string {
  return tag ?? `${descriptor.artifactType} ${shortDigest(descriptor.digest)}`;
}

function isLater(annotations: Readonly<Record<string, string>> = {}, recorded = ''): boolean {
  const created = Date.parse(annotations['org.opencontainers.image.created'] ?? '');
  return created > Date.parse(recorded);
}

function unasked(summary: string): Check {
  return { state: 'unasked', summary, problems: [] };
}

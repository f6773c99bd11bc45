import { sourceNames, takingFrom } from '../environments/image-origin.ts';
import { environmentNamed } from '../environments/locate.ts';
import { fillTags } from '../environments/tags/tags.ts';
import type { PromoteError } from '../errors.ts';
import type { Facts, MovedSource, SourceFacts } from '../gates/facts.ts';
import { shortDigest } from '../oci/digest.ts';
import { takenFrom } from '../plan/agreed-sources.ts';
import type { Candidate } from '../plan/candidates.ts';
import { readFor } from '../run/contain.ts';
import type { Run } from '../run/run.ts';
import { checksReader } from './checks-reader.ts';
import { neededPredecessors } from './needed-evidence.ts';
import { soakReader } from './soak-reader.ts';

/**
 * Reads the facts about candidates' sources; with several sources, in each. `failures` collects errors by
 * image; if it is absent, they are thrown.
 */
export async function readInSources(
  run: Run,
  failures: Map<string, PromoteError> | undefined,
  candidates: readonly Candidate[],
  kind: Facts['kind'],
): Promise<SourceFacts & Pick<Facts, 'bySource'>> {
  const { environment } = run;
  if (environment.from.kind !== 'environments') return await readIn(run, failures, candidates, kind);
  const bySource = new Map<string, SourceFacts>();
  for (const name of sourceNames(environment.from)) {
    const one = { ...run, environment: takingFrom(environment, name) };
    const taken = candidates.map(candidate => takenFrom(candidate, name));
    bySource.set(name, await readIn(one, failures, taken, kind));
  }
  const none = new Map();
  return { movedSources: none, soaks: none, checks: none, predecessors: none, bySource };
}

async function readIn(
  run: Run,
  noted: Map<string, PromoteError> | undefined,
  candidates: readonly Candidate[],
  kind: Facts['kind'],
): Promise<SourceFacts> {
  const failures = noted ?? new Map<string, PromoteError>();
  const soaking = await soakReader(run, candidates);
  const checking = await checksReader(run, candidates);
  const isPromotion = kind === 'promotion';
  const before = isPromotion ? await neededPredecessors(run) : async () => undefined;
  const moved = async (one: Candidate) => (isPromotion ? await readSourceTag(run, one) : undefined);
  const facts = {
    movedSources: await byImage(failures, candidates, moved),
    soaks: await byImage(failures, candidates, soaking),
    checks: await byImage(failures, candidates, checking),
    predecessors: await byImage(failures, candidates, before),
  };
  if (noted === undefined) for (const error of failures.values()) throw error;
  return facts;
}

/** Reads a fact for each image. Images with an error are left out, and the error is noted. */
export async function byImage<Fact>(
  failures: Map<string, PromoteError>,
  candidates: readonly Candidate[],
  read: (candidate: Candidate) => Promise<Fact | undefined>,
): Promise<ReadonlyMap<string, Fact>> {
  const wanted = candidates.filter(({ image }) => !failures.has(image));
  const facts = wanted.map(async candidate => {
    const fact = await readFor(failures, candidate.image, async () => read(candidate));
    return fact === undefined ? [] : [[candidate.image, fact] as const];
  });
  return new Map((await Promise.all(facts)).flat());
}

/**
 * The tag of a source environment's pin, if it names another digest than the pin has. A tag that may move is
 * only reported, since the digest decides. A build that the caller names by digest is not checked.
 */
async function readSourceTag(
  { effects, environments, environment: { from } }: Run,
  { image, digest, source: { repository, tag, origin, isResolved } }: Candidate,
): Promise<MovedSource | undefined> {
  if (from.kind !== 'environment' || tag === undefined || isResolved) return undefined;
  const named = (await effects.store(repository).head(tag))?.digest;
  if (named === undefined || named === digest) return undefined;
  const templates = environmentNamed(environments, from.name).tags;
  const { tags } = fillTags(templates, { image, environment: from.name, digest, tag });
  if (tags.some(({ name, moves }) => name === tag && !moves)) return { origin, tag, named };
  effects.log(
    `${image}: ${origin} pins ${tag} at ${shortDigest(digest)}; the tag is ${shortDigest(named)} now, and the digest decides`,
  );
  return undefined;
}

import { formatReference, type Reference } from '../../oci/reference.ts';
import { findSites } from '../../pins/find.ts';
import { fileFormat } from '../../pins/formats.ts';
import { namesRepository } from '../../pins/site/site.ts';
import type { KnownBase } from '../../plan/refresh/base-of.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import { inParallel } from './in-parallel.ts';
import { factsOrNone, type Questions } from './questions.ts';
import type { RefreshPlace } from './read-places.ts';

/** How many commits of Dockerfiles are searched for earlier bases. */
const HISTORY_LIMIT = 200;

/** A base that Dockerfiles name or named, at the digest they pinned or at what its tag names today. */
export interface TaggedBase extends KnownBase {
  readonly tagged: Reference;
}

/** The bases that a place's Dockerfiles name and have named; one that cannot be read any more is left out. */
export async function knownBases(place: RefreshPlace, questions: Questions): Promise<readonly TaggedBase[]> {
  const references = [...namedNow(place), ...(await namedBefore(place))];
  const distinct = new Map(references.map(reference => [formatReference(reference), reference]));
  const found = await inParallel([...distinct.values()], reference => readBases(reference, questions));
  const bases = found.flat().map(base => [`${base.reference}@${base.digest}`, base] as const);
  return [...new Map(bases).values()];
}

function namedNow({ sites }: RefreshPlace): readonly Reference[] {
  const named = sites.filter(namesRepository).map(({ pin }) => pin);
  return named.filter(({ format }) => format === 'dockerfile').map(referenceIn);
}

async function namedBefore({ repository, head }: RefreshPlace): Promise<readonly Reference[]> {
  const blobs = new Set<string>();
  let commits = 0;
  const isDockerfile = (path: string) => fileFormat(path)?.name === 'dockerfile';
  for await (const { changes } of repository.history(head.commit, isDockerfile)) {
    commits += 1;
    if (commits > HISTORY_LIMIT) break;
    for (const { before } of changes) if (before !== undefined) blobs.add(before);
  }
  const texts = await repository.read([...blobs]);
  return [...texts.values()].flatMap(text =>
    findSites('Dockerfile', text)
      .filter(namesRepository)
      .map(({ pin }) => referenceIn(pin)),
  );
}

async function readBases(
  { repository, tag = 'latest', digest }: Reference,
  questions: Questions,
): Promise<readonly TaggedBase[]> {
  const tagged = { repository, tag };
  const read = await questions.attempt(repository, async () => {
    const current = (await questions.head(repository, tag))?.digest;
    const digests = [...new Set([digest, current].filter(known => known !== undefined))];
    return await Promise.all(digests.map(known => factsOrNone(questions, repository, known)));
  });
  if ('kind' in read) return [];
  const reference = formatReference(tagged);
  return read.flatMap(facts =>
    facts === undefined ? [] : [{ reference, tagged, digest: facts.digest, diffIds: facts.diffIds }],
  );
}

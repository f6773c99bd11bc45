import type { Facts, SignedFacts } from '../gates/facts.ts';

/** An image, and the facts of the source that it is taken from. */
interface Taken {
  readonly image: string;
  readonly facts: Facts;
}

/** Joins the facts of each image's chosen source. Facts that are about no image are the same in all. */
export function chosenFacts([first, ...others]: readonly Facts[], taken: readonly Taken[]): Facts {
  if (first === undefined) throw new Error('an environment without sources was to be decided');
  const pick = <Fact>(of: (facts: Facts) => ReadonlyMap<string, Fact>): ReadonlyMap<string, Fact> =>
    new Map(
      taken.flatMap(({ image, facts }) => {
        const fact = of(facts).get(image);
        return fact === undefined ? [] : [[image, fact] as const];
      }),
    );
  return {
    ...first,
    states: pick(({ states }) => states),
    signatures: pick(({ signatures }) => signatures),
    scans: pick(({ scans }) => scans),
    provenances: pick(({ provenances }) => provenances),
    movedSources: pick(({ movedSources }) => movedSources),
    soaks: pick(({ soaks }) => soaks),
    checks: pick(({ checks }) => checks),
    predecessors: pick(({ predecessors }) => predecessors),
    failures: pick(({ failures }) => failures),
    signed: signedOf([first, ...others].flatMap(({ signed }) => signed ?? [])),
  };
}

/** Joins the signed approvals of all sources. Those that the caller passed are the same in each. */
function signedOf([first, ...others]: readonly SignedFacts[]): SignedFacts | undefined {
  if (first === undefined) return undefined;
  const attached = others.flatMap(({ found }) => found.filter(({ isGiven }) => !isGiven));
  const found = [...first.found];
  for (const one of attached)
    if (!found.some(({ place, manifest }) => place === one.place && manifest === one.manifest))
      found.push(one);
  return {
    ...first,
    found,
    refused: [...new Set([first, ...others].flatMap(({ refused }) => refused))],
    pinnedBy: new Map([first, ...others].flatMap(({ pinnedBy }) => [...pinnedBy])),
  };
}

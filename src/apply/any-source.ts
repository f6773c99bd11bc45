import type { Environment, Environments } from '../environments/environments.ts';
import { takingFrom } from '../environments/image-origin.ts';
import { environmentNamed } from '../environments/locate.ts';
import { taggedVersion } from '../environments/tags/tagged-version.ts';
import { evaluateCandidate } from '../gates/evaluate.ts';
import type { Facts } from '../gates/facts.ts';
import { compareTags, type TagOrder } from '../oci/compare-tags.ts';
import { shortDigest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import type { Candidate, ImageOutcome } from '../plan/candidates.ts';
import { commandOn } from '../plan/invocation.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import { isComplete } from '../plan/target-state.ts';
import { chosenFacts } from './chosen-facts.ts';

/** The outcomes and facts of one source, as if it were the only one. */
export interface JudgedAlone {
  readonly outcomes: readonly ImageOutcome[];
  readonly facts: Facts;
}

type State = 'open' | 'waiting' | 'closed' | 'failed' | 'absent';

/** One image in one source, and the state that it could reach from there. */
interface Way {
  readonly name: string;
  readonly outcome: ImageOutcome;
  readonly state: State;
  readonly said: string;
  readonly facts: Facts;
}

/** The states from best to worst. A source is chosen among those with the best state. */
const ORDER: readonly State[] = ['open', 'waiting', 'failed', 'closed', 'absent'];

/**
 * Chooses one of any sources for each image, judging each source alone. Of several open digests it takes the
 * highest version; if versions have no order, a person chooses.
 */
export async function chooseSources(
  { environments }: { readonly environments: Environments },
  environment: Environment,
  snapshot: Snapshot,
  judge: (alone: Environment, seen: Snapshot) => Promise<JudgedAlone>,
): Promise<JudgedAlone> {
  const { from } = environment;
  const names = from.kind === 'environments' ? from.names : [];
  const judged: { readonly name: string; readonly alone: Environment; readonly found: JudgedAlone }[] = [];
  for (const name of names) {
    const alone = takingFrom(environment, name);
    const sources = snapshot.sources
      .filter(source => (source.environment ?? name) === name)
      .map(source => ({ ...source, environment: name }));
    judged.push({ name, alone, found: await judge(alone, { ...snapshot, sources }) });
  }
  const images = [...new Set(judged.flatMap(({ found }) => found.outcomes.map(imageOf)))];
  const chosen = images.map(image =>
    choose(
      { environments, environment, snapshot },
      judged.flatMap(({ name, alone, found }) =>
        found.outcomes
          .filter(outcome => imageOf(outcome) === image)
          .map(outcome => wayOf(name, alone, outcome, found.facts)),
      ),
    ),
  );
  const ways = chosen.flatMap(({ way }) =>
    way === undefined ? [] : [{ image: imageOf(way.outcome), facts: way.facts }],
  );
  const facts = chosenFacts(
    judged.map(({ found }) => found.facts),
    ways,
  );
  return { outcomes: chosen.map(({ outcome }) => outcome), facts };
}

function imageOf(outcome: ImageOutcome): string {
  return outcome.kind === 'candidate' ? outcome.candidate.image : outcome.image;
}

function wayOf(name: string, alone: Environment, outcome: ImageOutcome, facts: Facts): Way {
  const failure = facts.failures.get(imageOf(outcome));
  const way = { name, outcome, facts };
  if (failure !== undefined) return { ...way, state: 'failed', said: failure.message };
  if (outcome.kind !== 'candidate') return { ...way, state: outcome.kind, said: outcome.reason };
  const { candidate } = outcome;
  // An image that all targets have needs no gates.
  if (isComplete(candidate, facts.states.get(candidate.image) ?? []))
    return { ...way, state: 'open', said: '' };
  const verdicts = evaluateCandidate(candidate, facts, alone);
  const state = (['closed', 'waiting'] as const).find(kind => verdicts.some(one => one.kind === kind));
  const said = verdicts.filter(({ kind }) => kind === state).map(({ gate, reason }) => `${gate}: ${reason}`);
  return { ...way, state: state ?? 'open', said: said.join('; ') };
}

interface Choice {
  readonly outcome: ImageOutcome;
  /** The source whose facts decide; absent: no source was chosen. */
  readonly way?: Way | undefined;
}

interface Known {
  readonly environments: Environments;
  readonly environment: Environment;
  readonly snapshot: Snapshot;
}

function choose(known: Known, ways: readonly Way[]): Choice {
  const state = ORDER.find(one => ways.some(way => way.state === one));
  const best = ways.filter(way => way.state === state);
  const [first] = best;
  if (first === undefined) throw new Error('an image without sources was to be chosen');
  if (state === 'open' || state === 'waiting') {
    const highest = highestOf(known, best);
    if (highest.kind === 'unordered') return { outcome: undecided(known, state, best, highest.reason) };
    return withOthers(highest.way, ways);
  }
  if (state === 'absent') {
    const reasons = [...new Set(ways.map(({ said }) => said))].join('; ');
    return { outcome: { kind: 'absent', image: imageOf(first.outcome), reason: reasons }, way: first };
  }
  return withOthers(first, ways);
}

/** The choice, with a note on what the other sources have. */
function withOthers(way: Way, ways: readonly Way[]): Choice {
  const { outcome } = way;
  if (outcome.kind !== 'candidate') return { outcome, way };
  const left = ways.filter(one => one !== way && digestOf(one) !== digestOf(way) && one.state !== 'absent');
  const notices = left.map(one => `${pinnedText(one)}: ${one.said === '' ? 'not higher' : one.said}`);
  const candidate = { ...outcome.candidate, notices: [...outcome.candidate.notices, ...notices] };
  return { outcome: { ...outcome, candidate }, way };
}

type Highest =
  | { readonly kind: 'highest'; readonly way: Way }
  | { readonly kind: 'unordered'; readonly reason: string };

function highestOf(known: Known, ways: readonly Way[]): Highest {
  const [first, ...others] = ways.filter(({ outcome }) => outcome.kind === 'candidate');
  if (first === undefined) return { kind: 'unordered', reason: 'none of them can be promoted' };
  let way = first;
  for (const other of others) {
    if (digestOf(other) === digestOf(way)) continue;
    const order = orderOf(known, other, way);
    if (order?.kind === 'newer') way = other;
    else if (order?.kind !== 'older') {
      const reason = `${versionText(known, way)} and ${versionText(known, other)} have no order`;
      return { kind: 'unordered', reason };
    }
  }
  return { kind: 'highest', way };
}

function orderOf(known: Known, one: Way, other: Way): TagOrder | undefined {
  const [left, right] = [versionsOf(known, one), versionsOf(known, other)];
  const orders = left.flatMap(version => right.map(than => compareTags(version, than)));
  return orders.find(({ kind }) => kind === 'newer' || kind === 'older');
}

/** The versions by which builds are compared: the tag, and the version in the image's annotation. */
function versionsOf({ environments, snapshot }: Known, { name, outcome }: Way): readonly string[] {
  if (outcome.kind !== 'candidate') return [];
  const { image, digest, source } = outcome.candidate;
  const { tags } = environmentNamed(environments, name);
  const tagged =
    source.tag === undefined ? [] : [taggedVersion(tags, source.tag, { image, environment: name, digest })];
  return [...tagged, ...[snapshot.versions.get(digest) ?? []].flat()];
}

function versionText(known: Known, way: Way): string {
  return versionsOf(known, way)[0] ?? `a build of ${way.name} without a version`;
}

function undecided(
  { environments, environment }: Known,
  state: 'open' | 'waiting',
  ways: readonly Way[],
  why: string,
): ImageOutcome {
  const image = ways.map(({ outcome }) => imageOf(outcome))[0] ?? '';
  const seen = ways.map(pinnedText).join(', ');
  const commands = ways.flatMap(candidateOf).flatMap(candidate => {
    if (candidate === undefined) return [];
    const { source, digest } = candidate;
    const reference = formatReference({ repository: source.repository, digest });
    return [commandOn(environments, 'apply', environment.name, '--image', `${image}=${reference}`)];
  });
  const hint = `name the one to take: ${commands.join(', or ')}`;
  if (state === 'open') {
    const reason = `several digests are open, and ${why}: ${seen}`;
    return { kind: 'closed', gate: 'source', image, reason, hint, isChoice: true };
  }
  return {
    kind: 'waiting',
    gate: 'source',
    image,
    reason: `several digests wait, and ${why}: ${seen}`,
    hint,
  };
}

function pinnedText(way: Way): string {
  const candidate = candidateOf(way);
  if (candidate === undefined) return way.name;
  const { source, digest } = candidate;
  return `${way.name} pins ${source.tag === undefined ? '' : `${source.tag} `}${shortDigest(digest)}`;
}

function candidateOf({ outcome }: Way): Candidate | undefined {
  return outcome.kind === 'candidate' ? outcome.candidate : undefined;
}

function digestOf(way: Way): string | undefined {
  return candidateOf(way)?.digest;
}

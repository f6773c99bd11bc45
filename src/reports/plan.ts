import type { Environment, Environments } from '../environments/environments.ts';
import type { Hold } from '../environments/holds/holds.ts';
import { originText } from '../environments/image-origin.ts';
import type { PromoteError } from '../errors.ts';
import type { GroupDecision, Judged } from '../gates/decide.ts';
import type { Verdict } from '../gates/gate.ts';
import { stopText } from '../gates/hold.ts';
import { concerned } from '../gates/image-state.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate, ImageOutcome } from '../plan/candidates.ts';
import type { Forecast } from '../plan/forecast.ts';
import { kindOf } from '../plan/groups.ts';
import { commandOn } from '../plan/invocation.ts';
import type { Base } from '../plan/snapshot.ts';
import { countsHeading } from './counts.ts';
import { type Block, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { errorJson, failureItem } from './failure.ts';
import { forecastBlocks } from './forecast.ts';
import {
  type LateOutcome,
  lateEvidenceBlocks,
  lateEvidenceJson,
  lateStates,
  stateWithLate,
} from './late-evidence.ts';
import type { Json } from './schemas/parts.ts';
import type { plan } from './schemas/promotions.ts';
import { decidedState, type GroupState, STATE_TONES, STATE_WORDS } from './states.ts';
import { unifiedDiff } from './unified-diff.ts';

/** The cost of carrying out a plan. */
export interface Cost {
  /** Predicted requests by registry. */
  readonly requests: ReadonlyMap<string, number>;
  /** Images without a prediction, because their source cannot be read: the error by image. */
  readonly unknown: ReadonlyMap<string, PromoteError>;
  /** Manifests that are pulled, by registry. */
  readonly pulls: ReadonlyMap<string, number>;
  /** Requests of the last run, after the shards, by registry. */
  readonly ending: ReadonlyMap<string, number>;
}

/** The input of a plan's report. */
export interface PlanResult {
  readonly environments: Pick<Environments, 'file'>;
  readonly environment: Environment;
  readonly base: Base;
  readonly groups: readonly GroupDecision[];
  /** The pull requests of exactly these plans that people declined, by group. */
  readonly declined: ReadonlyMap<string, Declined>;
  readonly outcomes: readonly ImageOutcome[];
  /** Texts before and after the change, by path, of the files that planned groups change. */
  readonly changes: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly cost: Cost;
  /** The hold that stops all promotions. */
  readonly stop?: Hold | undefined;
  /** Evidence that came to sources after the promotion. */
  readonly evidence: readonly LateOutcome[];
  /** Set if it was requested. */
  readonly forecast?: Forecast | undefined;
}

/** A pull request that a person closed unmerged. */
export interface Declined {
  readonly url: string;
  readonly by: string | undefined;
}

/** Reports the effects of a plan: promotions, verdicts, the diff, the cost in requests. */
export function planReport(result: PlanResult): Report {
  const { environment, base, groups, changes, cost } = result;
  const late = lateStates(result.evidence);
  const blocks = [
    countsHeading(
      environment.name,
      groups.map(decision => ({ decision, state: stateIn(result, decision) })),
      late,
    ),
    line(
      phrase(route(environment)),
      phrase(`${base.repository} ${base.branch} at ${base.commit.slice(0, 12)}`, 'quiet'),
    ),
    ...stopBlocks(result),
    ...groups.flatMap(group => {
      const declined = result.declined.get(group.group);
      return [
        ...groupBlocks(group, stateWithLate(stateIn(result, group), group.judged, late)),
        ...(declined === undefined ? [] : [declinedBlock(result, declined)]),
      ];
    }),
    ...absentBlocks(result.outcomes),
    ...lateEvidenceBlocks(result.evidence),
    ...(environment.signing
      ? []
      : [line(phrase('signing is not configured: nothing is signed or recorded', 'wait'))]),
    ...[...changes].map(
      ([path, { before, after }]): Block => ({ kind: 'diff', text: unifiedDiff(path, before, after) }),
    ),
    ...[...cost.unknown].map(([image, { message }]) =>
      line(phrase(image), phrase('cannot be read at its source:', 'bad'), phrase(message)),
    ),
    ...[...cost.requests].map(([registry, requests]) =>
      line(phrase(`about ${requests} requests to ${registry}`, 'quiet')),
    ),
    ...forecastBlocks(result.forecast),
  ];
  return { blocks, json: planJson(result) };
}

function stateIn({ declined }: PlanResult, decision: GroupDecision): GroupState {
  return declined.has(decision.group) ? 'declined' : decidedState(decision);
}

function stopBlocks({ environments, environment: { name }, stop }: PlanResult): readonly Block[] {
  if (stop === undefined) return [];
  const hint = `(to end the stop: ${commandOn(environments, 'lift', name)})`;
  return [line(phrase(stopText(stop), 'bad'), phrase(hint, 'quiet'))];
}

function declinedBlock({ environments, environment: { name } }: PlanResult, { url, by }: Declined): Block {
  const who = by === undefined ? 'a person' : by;
  return {
    kind: 'items',
    items: [
      [phrase(`declined: ${who} closed`), phrase(url), phrase(`(${askAgain(name, environments)})`, 'quiet')],
    ],
  };
}

/** The hint that proposes a declined plan again. */
export function askAgain(environment: string, environments: Pick<Environments, 'file'>): string {
  return `${commandOn(environments, 'apply', environment, '--again')} proposes it again`;
}

/** `production <- staging` */
export function route({ name, from }: Environment): string {
  return `${name} <- ${originText(from)}`;
}

/** A group's state, members and verdicts. `state` overrides the decision's, if something was done. */
export function groupBlocks(
  decision: GroupDecision,
  state: GroupState = decidedState(decision),
): readonly Block[] {
  const plan = 'plan' in decision ? [phrase(`plan ${shortDigest(decision.plan.digest)}`, 'quiet')] : [];
  const verdicts = 'plan' in decision ? decision.verdicts.map(verdict => verdictItem(verdict)) : [];
  return [
    line(phrase(groupTitle(decision)), phrase(STATE_WORDS[state], STATE_TONES[state]), ...plan),
    { kind: 'items', items: [...decision.judged.flatMap(judgedItems), ...verdicts] },
  ];
}

/** The most images that a title names; the others are counted. */
const NAMED = 3;

/** A group's title: the images that its state is about, or its quoted name in the environments file. */
export function groupTitle(decision: GroupDecision): string {
  const { group, judged } = decision;
  const images = judged.map(({ image }) => image);
  const going = concerned(decision);
  const count = going.length === images.length ? images.length : `${going.length} of ${images.length}`;
  const those = going.length <= NAMED ? going.join(', ') : `${count} images`;
  if (group === 'all') return those;
  if (kindOf(group) === 'rollback') return `rollback of ${those}`;
  return images.length === 1 && images[0] === group ? group : `group "${group}"`;
}

/** Images that cannot be promoted, because no environment pins them and no build names them. */
export function absentBlocks(outcomes: readonly ImageOutcome[]): readonly Block[] {
  const items = outcomes.flatMap(outcome =>
    outcome.kind === 'absent'
      ? [[phrase(outcome.image), phrase(`not promoted: ${outcome.reason}`, 'quiet')]]
      : [],
  );
  return items.length === 0 ? [] : [{ kind: 'items', items }];
}

/** The plan for programs. The keys are the same in every state. */
export function groupJson(decision: GroupDecision, state: GroupState = decidedState(decision)) {
  const { group, judged } = decision;
  return {
    group,
    state,
    plan: 'plan' in decision ? decision.plan : null,
    verdicts: 'verdicts' in decision ? decision.verdicts : [],
    images: judged.map(({ image, candidate, verdicts, failure }) => ({
      image,
      digest: candidate?.digest ?? null,
      source: candidate?.source.origin ?? null,
      verdicts,
      notices: candidate?.notices ?? [],
      error: errorJson(failure),
    })),
  };
}

/** The indent of lines about an image; other lines are about the group. */
const OF_IMAGE = '  ';

function judgedItems({ image, candidate, verdicts, failure }: Judged): readonly (readonly Phrase[])[] {
  const target = (repository: string, tags: readonly { readonly name: string }[]) =>
    `to ${repository}${tags.length === 0 ? '' : ` as ${tags.map(({ name }) => name).join(', ')}`}`;
  return [
    [phrase(image), ...(candidate === undefined ? [] : movement(candidate))],
    ...(candidate?.targets ?? []).map(({ repository, tags }) => [
      phrase(`${OF_IMAGE}${target(repository, tags)}`, 'quiet'),
    ]),
    ...(candidate?.notices ?? []).map(notice => [phrase(`${OF_IMAGE}${notice}`, 'wait')]),
    ...verdicts.map(verdict => verdictItem(verdict, OF_IMAGE)),
    ...(failure === undefined ? [] : [failureItem(failure, OF_IMAGE)]),
  ];
}

/** `1.4.1 -> 1.4.2 sha256:0123…` */
function movement({ current, digest, source, edits }: Candidate): readonly Phrase[] {
  const name = (tag: string | undefined, short: string) => tag ?? short;
  const now = name(source.tag, shortDigest(digest));
  const before = current.map(state => name(state.tag, state.digest ? shortDigest(state.digest) : 'unpinned'));
  const change = edits.length === 0 ? now : `${[...new Set(before)].join(', ')} -> ${now}`;
  return [phrase(change), phrase(shortDigest(digest), 'quiet')];
}

function verdictItem(verdict: Verdict, indent = ''): readonly Phrase[] {
  const tones = { open: 'good', waiting: 'wait', closed: 'bad' } satisfies Record<Verdict['kind'], Tone>;
  const hint = verdict.kind === 'open' ? [] : [phrase(`(${verdict.hint})`, 'quiet')];
  return [
    phrase(`${indent}${verdict.gate} ${verdict.kind}:`, tones[verdict.kind]),
    ...(verdict.kind !== 'open' && verdict.opensIn ? [phrase(`${verdict.opensIn};`, 'wait')] : []),
    phrase(verdict.reason),
    ...hint,
  ];
}

function planJson(result: PlanResult) {
  const { environment, base, groups, outcomes, changes, cost, evidence, forecast, stop } = result;
  return {
    environment: environment.name,
    base,
    groups: groups.map(group => groupJson(group, stateIn(result, group))),
    absent: outcomes.flatMap(outcome =>
      outcome.kind === 'absent' ? [{ image: outcome.image, reason: outcome.reason }] : [],
    ),
    diff: [...changes].map(([path, { before, after }]) => unifiedDiff(path, before, after)).join('\n'),
    requests: Object.fromEntries(cost.requests),
    unreadable: [...cost.unknown].map(([image, error]) => ({ image, error: errorJson(error) })),
    evidence: lateEvidenceJson(evidence),
    forecast,
    stop: stop ?? null,
  } satisfies Json<typeof plan>;
}

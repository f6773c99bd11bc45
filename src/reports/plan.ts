import type { Environment, Environments } from '../environments/environments.ts';
import { originText } from '../environments/image-origin.ts';
import type { GroupDecision, Judged } from '../gates/decide.ts';
import type { Verdict } from '../gates/gate.ts';
import { concerned } from '../gates/image-state.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate, ImageOutcome } from '../plan/candidates.ts';
import { kindOf } from '../plan/groups.ts';
import { commandOn } from '../plan/invocation.ts';
import { type Block, line, type Phrase, phrase, type Tone } from './document.ts';
import { errorJson, failureItem } from './failure.ts';
import { decidedState, type GroupState, STATE_TONES, STATE_WORDS } from './states.ts';

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
    images: judged.map(({ image, candidate, verdicts, failure, states }) => ({
      image,
      digest: candidate?.digest ?? null,
      source: candidate?.source.origin ?? null,
      verdicts,
      notices: candidate?.notices ?? [],
      verified: areVerified(states),
      error: errorJson(failure),
    })),
  };
}

/** Whether signatures and records of a promoted image were verified at all its targets; `null`: there are none. */
function areVerified(states: Judged['states'] = []): boolean | null {
  const known = states.flatMap(({ verified }) => verified ?? []);
  return known.length === 0 ? null : known.every(Boolean);
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

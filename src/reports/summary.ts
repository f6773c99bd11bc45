import type { ApprovalGate } from '../environments/gates/approval.ts';
import type { Verdict } from '../gates/gate.ts';
import { shortDigest } from '../oci/digest.ts';
import type { ApplyResult, GroupResult } from './apply.ts';
import { applyReport, groupState } from './apply.ts';
import { type Block, line, type Phrase, phrase, type Report } from './document.ts';
import { type PullRequestLink, pullRequestOf } from './pins.ts';
import { type RollbackView, rollbackReport } from './rollback.ts';
import { STATE_TONES, STATE_WORDS } from './states.ts';

/** The result of one image in a run. */
interface Row {
  readonly image: string;
  readonly from: string;
  readonly to: string;
  readonly state: 'done' | 'proposed' | 'ready' | 'waiting' | 'closed' | 'declined' | 'failed' | 'nothing';
  readonly reason: string | undefined;
  readonly pullRequest: PullRequestLink | undefined;
}

/**
 * The report of `apply` for a page. It begins with the images' results, counted and in a table, and lists
 * unchanged images apart. The full report follows.
 */
export function applySummary(result: ApplyResult): Report {
  const { approval } = result.environment.gates;
  return withRows(applyReport(result), result.groups, { approval, done: 'promoted' });
}

/** The report of a rollback for a page, in the same form. */
export function rollbackSummary(view: RollbackView): Report {
  const approval = view.environment.rollback?.approval;
  const groups = [view.result, ...(view.others ?? [])];
  return withRows(rollbackReport(view), groups, { approval, done: 'rolled back' });
}

/** The report of a plan for a page: its images in a table, before everything else. */
export function planSummary(
  report: Report,
  { gates: { approval } }: Pick<ApplyResult['environment'], 'gates'>,
  groups: readonly GroupResult[],
): Report {
  return withRows(report, groups, { approval, done: undefined });
}

/** The facts that a summary's rows depend on. */
interface About {
  /** The gate that shows how many approvals are missing. */
  readonly approval: ApprovalGate | undefined;
  /** The word for what is done; absent: nothing is done yet, and nothing counted. */
  readonly done: string | undefined;
}

function withRows(report: Report, groups: readonly GroupResult[], about: About): Report {
  const rows = groups.flatMap(group => rowsOf(group, about));
  const moved = rows.filter(({ state }) => state !== 'nothing');
  const unchanged = rows.filter(({ state }) => state === 'nothing').map(({ image }) => image);
  if (rows.length === 0) return report;
  const [title, ...rest] = report.blocks;
  const blocks: readonly Block[] = [
    ...(title === undefined ? [] : [title]),
    ...(moved.length === 0 ? [] : [...countOf(moved, about.done), tableOf(moved)]),
    ...(unchanged.length === 0 ? [] : [line(phrase(`unchanged: ${unchanged.join(', ')}`, 'quiet'))]),
    ...rest,
  ];
  return { ...report, blocks };
}

/** `3 of 5 promoted, 1 waits for 2 approvals, 1 closed: tag 1.4.0 names another image` */
function countOf(rows: readonly Row[], done: string | undefined): readonly Block[] {
  if (done === undefined) return [];
  const promoted = rows.filter(({ state }) => state === 'done').length;
  const others = rows.filter(({ state }) => state !== 'done');
  const counts = [...Map.groupBy(others, ({ state }) => state).values()].flatMap(ofState => {
    const texts = Map.groupBy(ofState, textOf);
    // The table says each reason.
    if (texts.size > MOST_REASONS) return [`${ofState.length} ${wordOf(ofState[0]?.state ?? 'waiting')}`];
    return [...texts].map(
      ([text, of]) => `${of.length} ${of.length === 1 ? text : text.replace(/^waits/, 'wait')}`,
    );
  });
  const all = [`${promoted} of ${rows.length} ${done}`, ...counts];
  return [line(phrase(all.join(all.some(text => text.includes(', ')) ? '; ' : ', ')))];
}

const MOST_REASONS = 2;

function textOf({ state, reason }: Row): string {
  switch (state) {
    case 'waiting':
      return reason ?? 'waits';
    case 'declined':
      return reason === undefined ? 'declined' : `declined ${reason}`;
    default:
      return reason === undefined ? wordOf(state) : `${wordOf(state)}: ${reason}`;
  }
}

function wordOf(state: Row['state']): string {
  return state === 'proposed' ? 'to be merged' : STATE_WORDS[state];
}

function tableOf(rows: readonly Row[]): Block {
  const hasLinks = rows.some(({ pullRequest }) => pullRequest !== undefined);
  const linked = ({ pullRequest }: Row) =>
    hasLinks ? [pullRequest === undefined ? phrase('') : linkPhrase(pullRequest)] : [];
  return {
    kind: 'table',
    head: ['image', 'from', 'to', 'state', 'why', ...(hasLinks ? ['pull request'] : [])],
    rows: rows.map(row => [
      phrase(row.image),
      phrase(row.from),
      phrase(row.to),
      statePhrase(row.state),
      phrase(row.reason ?? ''),
      ...linked(row),
    ]),
  };
}

/** GitLab writes the numbers of merge requests in its own way. */
function linkPhrase({ number, url }: PullRequestLink): Phrase {
  return { ...phrase(`${url.includes('/merge_requests/') ? '!' : '#'}${number}`), url };
}

function statePhrase(state: Row['state']): Phrase {
  return state === 'proposed'
    ? phrase('to be merged', 'wait')
    : phrase(STATE_WORDS[state], STATE_TONES[state]);
}

function rowsOf(group: GroupResult, { approval }: About): readonly Row[] {
  const { decision, failed } = group;
  const members = 'members' in decision ? decision.members.map(({ image }) => image) : [];
  // With two kinds of approval, each verdict itself says how many are missing.
  const isOneWay = approval?.signed === undefined || approval.by === 'signature';
  const count = isOneWay ? (approval?.count ?? 0) : 0;
  const ofPlan = 'verdicts' in decision ? decision.verdicts : [];
  return decision.judged.map(({ image, candidate, verdicts, failure }) => {
    const to = candidate === undefined ? '' : (candidate.source.tag ?? shortDigest(candidate.digest));
    const from = (candidate?.current ?? []).map(
      ({ tag, digest }) => tag ?? (digest ? shortDigest(digest) : ''),
    );
    const pullRequest = pullRequestOf(group.done?.pins ?? group.pins);
    const row = { image, from: [...new Set(from)].join(', '), to, pullRequest };
    const error = failure ?? failed;
    if (error !== undefined) return { ...row, state: 'failed', reason: error.message };
    const closed = verdicts.find(({ kind }) => kind === 'closed');
    if (closed !== undefined)
      return { ...row, pullRequest: undefined, state: 'closed', reason: closed.reason };
    if (!members.includes(image)) return { ...row, state: 'nothing', reason: undefined };
    const shut = ofPlan.find(({ kind }) => kind === 'closed');
    if (shut !== undefined) return { ...row, state: 'closed', reason: `${shut.gate}: ${shut.reason}` };
    const waits = [...verdicts, ...ofPlan].find(({ kind }) => kind === 'waiting');
    return { ...row, ...memberState(group, waits && waitText(waits, count)) };
  });
}

function memberState(group: GroupResult, waits: string | undefined): Pick<Row, 'state' | 'reason'> {
  const pins = group.done?.pins ?? group.pins;
  if (pins?.kind === 'declined')
    return { state: 'declined', reason: pins.by === undefined ? undefined : `by ${pins.by}` };
  if (pins?.kind === 'stopped') return { state: 'closed', reason: pins.reason };
  if (waits !== undefined) return { state: 'waiting', reason: waits };
  const state = groupState(group);
  if (state === 'nothing' && group.decision.state === 'ready') return { state: 'ready', reason: undefined };
  return { state: state === 'waiting' ? 'proposed' : state, reason: undefined };
}

function waitText({ gate, reason, approvals = [] }: Verdict, count: number): string {
  const missing = count - approvals.length;
  if (gate !== 'approval' || missing <= 0) return `waits: ${gate}: ${reason}`;
  return `waits for ${missing} ${missing === 1 ? 'approval' : 'approvals'}`;
}

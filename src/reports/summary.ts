import type { ApprovalGate } from '../environments/gates/approval.ts';
import type { Verdict } from '../gates/gate.ts';
import { shortDigest } from '../oci/digest.ts';
import type { ApplyResult, GroupResult } from './apply.ts';
import { applyReport, groupState } from './apply.ts';
import { type Block, line, type Phrase, phrase, type Report } from './document.ts';
import { type RollbackView, rollbackReport } from './rollback.ts';
import { STATE_TONES, STATE_WORDS } from './states.ts';

/** The result of one image in a run. */
interface Row {
  readonly image: string;
  readonly from: string;
  readonly to: string;
  readonly state: 'done' | 'proposed' | 'waiting' | 'closed' | 'declined' | 'failed' | 'nothing';
  readonly reason: string | undefined;
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

/** The facts that a summary's rows depend on. */
interface About {
  /** The gate that shows how many approvals are missing. */
  readonly approval: ApprovalGate | undefined;
  readonly done: string;
}

function withRows(report: Report, groups: readonly GroupResult[], about: About): Report {
  const rows = groups.flatMap(group => rowsOf(group, about));
  const moved = rows.filter(({ state }) => state !== 'nothing');
  const unchanged = rows.filter(({ state }) => state === 'nothing').map(({ image }) => image);
  if (rows.length === 0) return report;
  const [title, ...rest] = report.blocks;
  const blocks: readonly Block[] = [
    ...(title === undefined ? [] : [title]),
    ...(moved.length === 0 ? [] : [line(phrase(countLine(moved, about))), tableOf(moved)]),
    ...(unchanged.length === 0 ? [] : [line(phrase(`unchanged: ${unchanged.join(', ')}`, 'quiet'))]),
    ...rest,
  ];
  return { ...report, blocks };
}

/** `3 of 5 promoted, 1 waits for 2 approvals, 1 closed: tag 1.4.0 names another image` */
function countLine(rows: readonly Row[], { done }: About): string {
  const promoted = rows.filter(({ state }) => state === 'done').length;
  const others = Map.groupBy(
    rows.filter(({ state }) => state !== 'done'),
    row => textOf(row),
  );
  const counts = [...others].map(
    ([text, of]) => `${of.length} ${of.length === 1 ? text : text.replace(/^waits/, 'wait')}`,
  );
  return [`${promoted} of ${rows.length} ${done}`, ...counts].join(', ');
}

function textOf({ state, reason }: Row): string {
  switch (state) {
    case 'proposed':
      return 'to be merged';
    case 'waiting':
      return reason ?? 'waits';
    default:
      return reason === undefined ? STATE_WORDS[state] : `${STATE_WORDS[state]}: ${reason}`;
  }
}

function tableOf(rows: readonly Row[]): Block {
  return {
    kind: 'table',
    head: ['image', 'from', 'to', 'state', 'why'],
    rows: rows.map(({ image, from, to, state, reason }) => [
      phrase(image),
      phrase(from),
      phrase(to),
      statePhrase(state),
      phrase(reason ?? ''),
    ]),
  };
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
    const row = { image, from: [...new Set(from)].join(', '), to };
    const error = failure ?? failed;
    if (error !== undefined) return { ...row, state: 'failed', reason: error.message };
    const closed = verdicts.find(({ kind }) => kind === 'closed');
    if (closed !== undefined) return { ...row, state: 'closed', reason: closed.reason };
    if (!members.includes(image)) return { ...row, state: 'nothing', reason: undefined };
    const waits = [...verdicts, ...ofPlan].find(({ kind }) => kind === 'waiting');
    return { ...row, ...memberState(group, waits && waitText(waits, count)) };
  });
}

function memberState(group: GroupResult, waits: string | undefined): Pick<Row, 'state' | 'reason'> {
  const pins = group.done?.pins ?? group.pins;
  if (pins?.kind === 'declined') return { state: 'declined', reason: pins.by };
  if (pins?.kind === 'stopped') return { state: 'closed', reason: pins.reason };
  if (waits !== undefined) return { state: 'waiting', reason: waits };
  const state = groupState(group);
  return { state: state === 'waiting' ? 'proposed' : state, reason: undefined };
}

function waitText({ gate, reason, approvals = [] }: Verdict, count: number): string {
  const missing = count - approvals.length;
  if (gate !== 'approval' || missing <= 0) return `waits: ${gate}: ${reason}`;
  return `waits for ${missing} ${missing === 1 ? 'approval' : 'approvals'}`;
}

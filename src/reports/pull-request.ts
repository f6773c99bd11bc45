import type { PullRequestSettings } from '../environments/environments.ts';
import type { HoldChange } from '../environments/holds/hold-changes.ts';
import { minuteOf } from '../gates/approval.ts';
import type { Approval } from '../gates/approvals.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { Verdict } from '../gates/gate.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { holdRow } from './hold-changes.ts';
import type { ImageDetails } from './image-details.ts';
import { evidenceLines, noteLines } from './image-evidence.ts';
import { imageTable } from './image-table.ts';
import { fitRows, folded, formatSize, link, more, outside, section } from './pull-request-text.ts';
import { wordsFor } from './pull-request-words.ts';
import { comparisonRow } from './scan-comparison.ts';

/** The most characters of a body; GitHub refuses 65,536. */
export const BODY_LIMIT = 58_000;

/** The facts that a pull request shows its reviewers. */
export interface PullRequestView {
  readonly environment: string;
  readonly decision: GroupDecision;
  readonly details: ReadonlyMap<string, ImageDetails>;
  /** The candidates that follow this approved plan. */
  readonly next: readonly Candidate[];
  /** The holds that it adds or releases; empty for a promotion. */
  readonly holds: readonly HoldChange[];
  /** The commits that it reverts, newest first. */
  readonly reverts: readonly { readonly commit: string; readonly subject: string }[];
  readonly merge: PullRequestSettings['merge'];
  /** The status that turns green once the images are at their targets. */
  readonly status: string;
  /** The address of the run that writes this. */
  readonly runUrl?: string | undefined;
  readonly isSigned: boolean;
  /** The beginning of a comment that approves, if comments can approve. */
  readonly approveWith?: string | undefined;
  /** Why promote has stopped, if it has stopped. */
  readonly stopped?: string | undefined;
}

/**
 * The body of a pull request. The same plan and verdicts give the same text, so no edit is made without a
 * change. Rows over `BODY_LIMIT` minus `reserved`, for other text, are left out whole and counted.
 */
export function pullRequestBody(view: PullRequestView, reserved = 0): string {
  const { decision, details, holds, reverts } = view;
  const promoted = decision.judged.filter(({ image }) => isMember(decision, image));
  const candidates = promoted.flatMap(({ candidate }) => candidate ?? []);
  const isReady = decision.state === 'ready' && view.stopped === undefined;
  const words = wordsFor({ ...view, group: decision.group, candidates, isReady });
  const table = imageTable(candidates, details);
  const head = [...notices(view), ...words.summary, ...table.header];
  const tail = [
    ...gates(decision),
    ...toApprove(view),
    ...words.tail,
    ...planLine(decision),
    ...runLine(view),
  ];
  const files = [...new Set(candidates.flatMap(({ edits }) => edits.map(({ file }) => file)))].sort();
  const left = BODY_LIMIT - reserved - [...head, ...tail].join('\n').length - 500;
  const images = fitRows(table.rows, left * 0.3, table.more);
  // Forges link the names of commits only without markup.
  const reverted = reverts.map(({ commit, subject }) => `- ${commit.slice(0, 12)} ${outside(subject)}`);
  const kept = fitRows(holds.map(holdRow), left * 0.15, more('holds'));
  const commits = fitRows(candidates.flatMap(commitRows(details)), left * 0.15, more('commits'));
  const compared = candidates.flatMap(({ image }) => {
    const known = details.get(image)?.vulnerabilities;
    return known === undefined ? [] : comparisonRow(image, known);
  });
  const paths = files.map(file => `- ${outside(file)}`);
  return [
    ...head,
    ...images,
    ...folded(
      'Digests, platforms and sizes',
      fitRows(candidates.map(detailRow(details)), left * 0.2, more('images')),
    ),
    ...section('Reverts', fitRows(reverted, left * 0.1, more('commits'))),
    ...section('Held and released', kept),
    ...folded(words.commits, commits),
    ...noteLines(candidates, details, left * 0.05),
    ...section('Vulnerabilities', fitRows(compared, left * 0.1, more('images'))),
    ...evidenceLines(candidates, details, signatureJudged(decision), left * 0.1),
    ...section('To know', fitRows(candidates.flatMap(noticeRows), left * 0.1, more('notes'))),
    ...folded(`Files (${files.length})`, fitRows(paths, left * 0.1, more('files'))),
    ...tail,
  ].join('\n');
}

/** The images whose signatures a gate shows or misses. */
function signatureJudged({ judged }: GroupDecision): ReadonlySet<string> {
  const named = judged.filter(({ verdicts }) => verdicts.some(({ gate }) => gate === 'signature'));
  return new Set(named.map(({ image }) => image));
}

/** The most characters of a reason that is shown in full. */
const SENTENCE = 600;

function isMember(decision: GroupDecision, image: string): boolean {
  return !('members' in decision) || decision.members.some(member => member.image === image);
}

function notices({ next, stopped }: PullRequestView): readonly string[] {
  const versions = next.map(({ image, source, digest }) =>
    outside(`${image} ${versionOf(source.tag, digest)}`),
  );
  return [
    ...(stopped === undefined ? [] : ['> [!CAUTION]', `> ${outside(stopped, SENTENCE)}`, '']),
    ...(next.length === 0
      ? []
      : ['> [!NOTE]', `> This plan is approved and goes first. Next: ${list(versions)}.`, '']),
  ];
}

/** An image's exact facts, which people look up when needed. */
function detailRow(details: PullRequestView['details']): (candidate: Candidate) => string {
  return ({ image, digest }) => {
    const { platforms = [], size } = details.get(image) ?? {};
    const shown = [
      ...platforms.map(text => outside(text)),
      ...(size === undefined ? [] : [formatSize(size)]),
    ];
    return [`- ${outside(image)} \`${digest}\``, ...shown].join(', ');
  };
}

function commitRows(details: PullRequestView['details']): (candidate: Candidate) => readonly string[] {
  return ({ image }) => {
    const { subjects = [], total = subjects.length } = details.get(image)?.commits ?? {};
    const rows = subjects.map(subject => `- ${outside(image)}: ${outside(subject)}`);
    const unread = total - subjects.length;
    return unread > 0 ? [...rows, `- ${outside(image)}: ${unread} more commits`] : rows;
  };
}

function noticeRows({ image, notices }: Candidate): readonly string[] {
  return notices.map(notice => `- ${outside(image)}: ${outside(notice, SENTENCE)}`);
}

function gates(decision: GroupDecision): readonly string[] {
  const verdicts = 'verdicts' in decision ? decision.verdicts : [];
  const own = decision.judged.flatMap(({ image, verdicts }) =>
    verdicts.map(verdict => verdictRow(verdict, `${outside(image)}: `)),
  );
  const rows = [...verdicts.map(verdict => verdictRow(verdict, '')), ...own];
  const header = ['| gate | says | to do |', '| --- | --- | --- |'];
  const fitting = fitRows(rows, BODY_LIMIT / 4, count => `| ${count} more | | |`);
  return section('Gates', rows.length === 0 ? [] : [...header, ...fitting, ...leftOut(decision)]);
}

/** Images of the group that are not part of the plan: the others do not wait for them. */
function leftOut(decision: GroupDecision): readonly string[] {
  const members = 'members' in decision ? decision.members.map(({ image }) => image) : [];
  const left = decision.judged.filter(
    ({ image, verdicts }) => !members.includes(image) && verdicts.some(({ kind }) => kind !== 'open'),
  );
  if (members.length === 0 || left.length === 0) return [];
  const names = left.slice(0, 3).map(({ image }) => outside(image));
  const named = left.length > 3 ? `${names.join(', ')} and ${left.length - 3} more` : names.join(', ');
  return ['', `Not part of this, and not waited for: ${named}.`];
}

/** The comment that approves, on a line of its own for copying. */
function toApprove({ decision, approveWith }: PullRequestView): readonly string[] {
  const verdicts = 'verdicts' in decision ? decision.verdicts : [];
  const waits = verdicts.some(({ gate, kind }) => gate === 'approval' && kind === 'waiting');
  if (!waits || approveWith === undefined || !('plan' in decision)) return [];
  const comment = ['```', `${approveWith} ${decision.plan.digest}`, '```'];
  return section('To approve', [
    'Comment this line, alone. An edited comment does not count.',
    '',
    ...comment,
  ]);
}

function verdictRow(verdict: Verdict, of: string): string {
  const marks = { open: '🟢', waiting: '🟡', closed: '🔴' } satisfies Record<Verdict['kind'], string>;
  const { gate, kind, approvals = [] } = verdict;
  const shown = outside(verdict.reason, SENTENCE);
  const reason = kind === 'open' ? linkNames(shown, approvals) : `${shown}${soFar(approvals)}`;
  const hint = kind === 'open' ? '' : withKeys(outside(verdict.hint, SENTENCE));
  return `| ${marks[kind]} ${of}**${outside(gate)}** ${kind} | ${reason} | ${hint} |`;
}

/** Formats keys of the environments file as code. Words in backticks have no other effect here. */
function withKeys(text: string): string {
  return text.replace(/\\`([\w.: ]+)\\`/g, '`$1`');
}

/** Links each name in the text to its review, in the order of the approvals. */
function linkNames(text: string, approvals: readonly Approval[]): string {
  let linked = '';
  let rest = text;
  for (const approval of approvals) {
    const name = outside(approval.name);
    const at = rest.indexOf(name);
    if (at < 0) continue;
    linked += rest.slice(0, at) + linkedName(approval);
    rest = rest.slice(at + name.length);
  }
  return linked + rest;
}

function soFar(approvals: readonly Approval[]): string {
  return approvals.length === 0 ? '' : ` (so far ${list(approvals.map(timedName))})`;
}

function timedName(approval: Approval): string {
  const at = 'at' in approval ? approval.at : '';
  return at === '' ? linkedName(approval) : `${linkedName(approval)} on ${outside(minuteOf(at))}`;
}

function linkedName(approval: Approval): string {
  const name = outside(approval.name);
  return 'url' in approval && approval.url !== undefined ? link(name, approval.url) : name;
}

function planLine(decision: GroupDecision): readonly string[] {
  return 'plan' in decision ? folded('Plan', [`\`${decision.plan.digest}\``]) : [];
}

function runLine({ runUrl }: PullRequestView): readonly string[] {
  return runUrl === undefined ? [] : ['', link('The run that wrote this', runUrl)];
}

function versionOf(tag: string | undefined, digest: Digest | undefined): string {
  return tag ?? (digest === undefined ? 'unpinned' : shortDigest(digest));
}

function list(items: readonly string[]): string {
  return items.join(', ');
}

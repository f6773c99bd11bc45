import canonicalize from 'canonicalize';
import pLimit from 'p-limit';
import type { Environment } from '../environments/environments.ts';
import type { ApprovalGate } from '../environments/gates/approval.ts';
import { type HoldChange, holdChanges } from '../environments/holds/hold-changes.ts';
import { type HoldEntry, readableEntries } from '../environments/holds/holds.ts';
import { environmentNamed } from '../environments/locate.ts';
import { ticketsOf } from '../environments/tickets.ts';
import type { PullRequest, PullRequestContent } from '../forges/forge.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { digestOf } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { commitSubject } from '../plan/commit-message.ts';
import { GATE_STATUS } from '../plan/gate-status.ts';
import { kindOf } from '../plan/groups.ts';
import { holdsSubject } from '../reports/hold-changes.ts';
import type { ImageDetails } from '../reports/image-details.ts';
import { pullRequestBody } from '../reports/pull-request.ts';
import { fillBody, fillTitle } from '../reports/pull-request-text.ts';
import type { GroupChange } from './group-change.ts';
import { readImageDetails } from './image-details.ts';
import { asOwnPart, ticketsIn, ticketsMark, withNotes } from './own-words.ts';
import { readHolds } from './read-change.ts';
import type { ProposalRun } from './run.ts';
import { stateLabels } from './state-label.ts';

/** The facts that a pull request is to show, before details are fetched. */
export interface ContentFacts {
  readonly decision: GroupDecision;
  readonly reverts: GroupChange['reverts'];
  readonly next: readonly Candidate[];
  /** The holds that it adds or releases, if it is no promotion. */
  readonly holds: readonly HoldChange[];
  /** Keys of the tickets that it is for. */
  readonly tickets: readonly string[];
  /** Why promote has stopped, if it has. */
  readonly stopped?: string | undefined;
}

/** The facts to show for a group whose branch is at `head`. */
export async function contentFacts(
  { environment, files, request }: ProposalRun,
  { group, reverts }: GroupChange,
  marked: Omit<ContentFacts, 'reverts' | 'holds' | 'tickets'> & {
    readonly head: string;
    readonly open: PullRequest | undefined;
  },
): Promise<ContentFacts> {
  const { head, open, ...told } = marked;
  const earlier = open === undefined ? [] : ticketsIn(open.body);
  const rest = { ...told, tickets: ticketsOf(environment.commits, request.tickets, earlier) };
  if (kindOf(group) === 'promotion') return { ...rest, reverts, holds: [] };
  const ours = ({ environment: name }: HoldEntry) => name === environment.name;
  const before = readableEntries(files.holds).filter(ours);
  const after = readableEntries(await readHolds(files.repository, head)).filter(ours);
  return { ...rest, reverts, holds: holdChanges(before, after) };
}

/** A line that identifies the facts a body was made from, so that the same body is not fetched and written again. */
export function bodyMark(
  { environment }: ProposalRun,
  { decision, next, holds, reverts, tickets, stopped }: ContentFacts,
): string {
  const marked = {
    policy: environment.pullRequest,
    plan: 'plan' in decision ? decision.plan.digest : null,
    // The time until a gate opens changes with each run, and is no part of the mark.
    verdicts: [
      ...('verdicts' in decision ? decision.verdicts : []),
      ...decision.judged.flatMap(({ image, verdicts }) => verdicts.map(verdict => ({ image, ...verdict }))),
    ].map(verdict => ({ ...verdict, opensIn: undefined })),
    next: next.map(({ image, digest }) => [image, digest]),
    holds,
    reverts: reverts.map(({ commit }) => commit),
    stopped: stopped ?? null,
    tickets: tickets.length === 0 ? undefined : tickets,
  };
  return `<!-- promote: ${digestOf(`pull-request/v2\n${canonicalize(marked)}`)} -->`;
}

/** Title, body, reviewers and labels; reads the details of each image. */
export async function pullRequestContent(
  run: ProposalRun,
  facts: ContentFacts,
  title: string,
): Promise<PullRequestContent> {
  const { environment, forge } = run;
  const approveCommand = forge.approvalComments?.command;
  const { reviewers, assignees, draft, merge } = environment.pullRequest;
  const { decision, next, holds, reverts, tickets, stopped } = facts;
  const state = environment.pullRequest.stateLabels ? stateLabels(decision, stopped) : undefined;
  const labels = [...environment.pullRequest.labels, ...(state?.labels ?? [])];
  const view = {
    environment: environment.name,
    decision,
    details: await readDetails(run, decision),
    next,
    holds,
    reverts,
    merge,
    status: GATE_STATUS,
    runUrl: run.request.runUrl,
    isSigned: environment.signing !== undefined,
    approveWith: approvalOf(environment, decision)?.by === 'comment' ? approveCommand : undefined,
    stopped,
  };
  const words = { summary: title, ...wordsOf(run, facts) };
  const { body: template, notes } = environment.pullRequest;
  const reserved = fillBody(template, '', words).length + (notes ?? '').length;
  const said = fillBody(template, pullRequestBody(view, reserved), words);
  const own = tickets.length === 0 ? said : `${ticketsMark(tickets)}\n${said}`;
  const body = withNotes(asOwnPart(bodyMark(run, facts), own, title), notes && fillBody(notes, '', words));
  return { title, body, labels, unwanted: state?.unwanted, reviewers, assignees, draft };
}

function approvalOf({ gates, rollback }: Environment, decision: GroupDecision): ApprovalGate | undefined {
  const isRollback = 'plan' in decision && decision.plan.kind === 'rollback';
  return isRollback ? rollback?.approval : gates.approval;
}

const PARALLEL_IMAGES = 4;

async function readDetails(
  { effects, environments, environment, before }: ProposalRun,
  { group, judged }: GroupDecision,
): Promise<ReadonlyMap<string, ImageDetails>> {
  const limit = pLimit(PARALLEL_IMAGES);
  const trust = ownTrust({ effects, environments, environment });
  const urls = new Map(environments.images.map(({ name, repositoryUrl }) => [name, repositoryUrl]));
  const read = judged.flatMap(({ image, candidate }) =>
    candidate === undefined
      ? []
      : limit(async () => {
          const asked = {
            repositoryUrl: urls.get(image),
            gate: environment.gates.vulnerabilities,
            trust,
            before: async () => (kindOf(group) === 'promotion' ? await before?.(candidate) : undefined),
          };
          const details = await readImageDetails(effects, candidate, kindOf(group), asked);
          return [image, details] as const;
        }),
  );
  return new Map(await Promise.all(read));
}

/** The trust in the images' signatures: the signing of the environment before, else of this one. */
function ownTrust({
  effects,
  environments,
  environment,
}: Pick<ProposalRun, 'effects' | 'environments' | 'environment'>) {
  const { from, signing: own } = environment;
  const source = from.kind === 'environment' ? environmentNamed(environments, from.name) : undefined;
  const signing = source?.signing ?? own;
  return async () => (signing === undefined ? undefined : (await effects.signing?.(signing))?.trust);
}

/** The title by the environment's template; `undefined` where there is no plan to name. */
export function titleOf(
  run: ProposalRun,
  facts: Pick<ContentFacts, 'decision' | 'holds' | 'tickets'>,
): string | undefined {
  if (!('plan' in facts.decision)) return undefined;
  return fillTitle(run.environment.pullRequest.title, wordsOf(run, facts));
}

/** What fills the templates of title and body. */
function wordsOf(
  { environment: { name } }: ProposalRun,
  { decision, holds, tickets: keys }: Pick<ContentFacts, 'decision' | 'holds' | 'tickets'>,
): Readonly<Record<string, string>> {
  const { group } = decision;
  const tickets = keys.join(', ');
  if (!('plan' in decision)) return { environment: name, group, tickets };
  const { members, plan } = decision;
  return {
    environment: name,
    group,
    tickets,
    images: members.map(({ image }) => image).join(', '),
    summary: (plan.kind === 'hold' && holdsSubject(holds)) || commitSubject(plan, members),
  };
}

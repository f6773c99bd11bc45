import type { ApprovalGate } from '../environments/gates/approval.ts';
import { APPROVE } from '../gates/approve-command.ts';
import { needsOf } from '../gates/evaluate.ts';
import type { Facts, SignatureFinding } from '../gates/facts.ts';
import { holdFacts } from '../gates/hold.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { commandOn } from '../plan/invocation.ts';
import { againWith, writingPlans } from '../plan/request.ts';
import { isComplete, type TargetState } from '../plan/target-state.ts';
import { findRecord } from '../records/find.ts';
import { isListedPromotion } from '../records/listed.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import type { Run } from '../run/run.ts';
import { missingFormats } from '../signing/sign.ts';
import { advised } from './advised.ts';
import { byImage, readInSources } from './in-sources.ts';
import { judgeImage } from './judge-image.ts';
import { readNeededApprovals } from './needed-evidence.ts';
import { readNeededData, readNeededScans } from './needed-scans.ts';
import type { Observation } from './observe.ts';
import { readProvenances } from './read-provenances.ts';
import { readRunFacts } from './run-facts.ts';
import { withProposedStop } from './stops.ts';
import type { hasSummary } from './summarise.ts';

/**
 * Fetches the facts that promotions are judged by: the state of each target, and what the gates of incomplete
 * promotions need. Images that cannot be read are listed in the failures.
 */
export async function gather(
  run: Run,
  { failures: observed, pinnedBefore, rollbacks, asksStop }: Observation,
  candidates: readonly Candidate[],
): Promise<Facts> {
  const failures = new Map(observed);
  const states = await byImage(failures, candidates, async candidate => {
    return await Promise.all(candidate.targets.map(target => readTarget(run, candidate, target)));
  });
  const due = candidates.filter(candidate => !isComplete(candidate, states.get(candidate.image) ?? []));
  const inSources = await readInSources(run, failures, due, 'promotion');
  const signatures = await byImage(failures, due, candidate => readSigners(run, candidate, 'promotion'));
  const scanData = await readNeededData(run);
  const scans = await byImage(failures, due, candidate =>
    readNeededScans(run, candidate, 'promotion', scanData),
  );
  const provenances = await byImage(failures, due, candidate => readProvenances(run, candidate));
  const approval = due.length === 0 ? undefined : run.environment.gates.approval;
  return {
    ...(await commonFacts(run, 'promotion', approval, asksStop === true)),
    signed: await readNeededApprovals(run, approval, due, 'promotion'),
    failures: new Map([...failures].map(([image, error]) => [image, advised(run, error)])),
    states,
    ...inSources,
    signatures,
    scanData,
    scans,
    provenances,
    pinnedBefore: pinnedBefore ?? new Set(),
    rollbacks: rollbacks ?? new Map(),
  };
}

/** Fetches the facts that a rollback is judged by; throws if one of its images cannot be read. */
export async function gatherForRollback(run: Run, members: readonly Candidate[]): Promise<Facts> {
  const signatures = members.map(
    async member => [member.image, await readSigners(run, member, 'rollback')] as const,
  );
  const scanData = await readNeededData(run);
  const scans = await byImage(new Map(), members, member =>
    readNeededScans(run, member, 'rollback', scanData),
  );
  const inSources = await readInSources(run, undefined, members, 'rollback');
  return {
    ...(await commonFacts(run, 'rollback', run.environment.rollback?.approval, members.length > 0)),
    signed: await readNeededApprovals(run, run.environment.rollback?.approval, members, 'rollback'),
    failures: new Map(),
    states: new Map(),
    ...inSources,
    signatures: new Map(await Promise.all(signatures)),
    scanData,
    scans,
    provenances: new Map(),
    pinnedBefore: new Set(),
    rollbacks: new Map(),
  };
}

type CommonFacts = Pick<
  Facts,
  | 'kind'
  | 'again'
  | 'approveCommand'
  | 'writesPlans'
  | 'command'
  | 'now'
  | 'holds'
  | 'calendars'
  | 'overrides'
  | 'allowBackward'
  | 'approvedBy'
  | 'reviews'
  | 'run'
>;

async function commonFacts(
  run: Run,
  kind: Facts['kind'],
  approval: ApprovalGate | undefined,
  asksStop: boolean,
): Promise<CommonFacts> {
  const { effects, environments, environment, files, forge, request } = run;
  return {
    kind,
    again: (...further) => againWith(request, ...further),
    writesPlans: writingPlans(environments, request, kind),
    approveCommand: forge?.approvalComments?.command ?? APPROVE,
    command: (...words) => commandOn(environments, ...words),
    now: effects.now(),
    holds: await withProposedStop(run, holdFacts(environment, files.holds), asksStop),
    calendars: await readNamedCalendars(run),
    overrides: await readOverridden(run),
    allowBackward: request.allowBackward,
    approvedBy: request.approvedBy,
    reviews: new Map(),
    run: await readRunFacts(run, approval),
  };
}

/** The reader of calendars is loaded only if a freeze names one. */
async function readNamedCalendars(run: Run): Promise<Facts['calendars']> {
  const windows = run.environment.gates.freeze?.windows ?? [];
  if (!windows.some(({ window }) => window.kind === 'calendar')) return new Map();
  return await (await import('./read-calendars.ts')).readCalendars(run);
}

/** The reader of overrides is loaded only if a freeze can be overridden. */
async function readOverridden(run: Run): Promise<Facts['overrides']> {
  if (run.environment.gates.freeze?.override === undefined) return new Map();
  return await (await import('./overrides.ts')).readOverrides(run);
}

/** The reader of verification summaries is loaded only if promotions make them. */
async function readSummarised(...asked: Parameters<typeof hasSummary>): Promise<boolean> {
  return await (await import('./summarise.ts')).hasSummary(...asked);
}

/** The accepted signers that signed a candidate's source image, if gates need them. */
async function readSigners(
  { effects, environment }: Run,
  candidate: Candidate,
  kind: Facts['kind'],
): Promise<readonly SignatureFinding[]> {
  const { digest, source } = candidate;
  const needs = needsOf(candidate, environment, kind).filter(need => need.kind === 'signature');
  const image = { repository: source.repository, digest };
  return await Promise.all(needs.map(({ accepted }) => judgeImage(effects, image, accepted)));
}

/**
 * Reads the target's tags, and for a repair the whole image. Otherwise the image, its signature and its
 * record are read only if nothing else shows that the promotion is due.
 */
async function readTarget(
  run: Run,
  candidate: Candidate,
  { repository, tags }: Target,
): Promise<TargetState> {
  const { digest } = candidate;
  const store = run.effects.store(repository);
  const heads = await Promise.all(
    tags.map(async ({ name }) => [name, (await store.head(name))?.digest] as const),
  );
  const state = { repository, tags: new Map(heads) };
  const tagged = heads.some(([, named]) => named === digest);
  const present = run.request.repair
    ? (await checkClosure(store, digest)).lacks.length === 0
    : tagged || (candidate.edits.length === 0 && (await store.head(digest)) !== undefined);
  if (!present || candidate.edits.length > 0) return { ...state, present, signed: false, recorded: false };
  return { ...state, present, ...(await readEvidence(run, candidate, repository)) };
}

async function readEvidence(
  { effects, environment, request }: Run,
  { digest }: Candidate,
  repository: RepositoryName,
): Promise<Pick<TargetState, 'signed' | 'recorded' | 'verified' | 'referrers'>> {
  if (environment.signing === undefined) return { signed: true, recorded: true };
  const { trust, formats } = await effects.signing(environment.signing);
  const store = effects.store(repository);
  const referrers = await store.referrers(digest);
  const search = { store, referrers, digest, trust };
  const wanted = { environment: environment.name, repository };
  const summarised = environment.signing.vsa === true;
  // Signatures under tags have no annotations in a list.
  if (request.byListing === true && !formats.includes('legacy')) {
    if (isListedPromotion({ ...search, ...wanted, summarised })) {
      return { signed: true, recorded: true, verified: false, referrers };
    }
  }
  const [missing, record, isSummarised] = await Promise.all([
    missingFormats(search, formats),
    findRecord({ ...search, ...wanted }),
    !summarised || readSummarised(search, wanted),
  ]);
  const recorded = record !== undefined && isSummarised;
  return { signed: missing.length === 0, recorded, verified: true, referrers };
}

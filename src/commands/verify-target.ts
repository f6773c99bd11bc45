import type { Environment, Environments } from '../environments/environments.ts';
import { imageNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { targetRepositories } from '../plan/candidates.ts';
import { type PinnedImage, tagsOfPinned } from '../plan/pinned-images.ts';
import { countRecords, findRecord, isRecordOf } from '../records/find.ts';
import { judgeSummaries, type SummaryJudgement } from '../records/judge.ts';
import type { PromotionRecord } from '../records/statement.ts';
import { countSummaries } from '../records/summary.ts';
import { type ClosureCheck, checkClosure } from '../registry/copy/check-closure.ts';
import type { Store } from '../registry/store.ts';
import { counted } from '../reports/counts.ts';
import type { Check, VerifiedTarget } from '../reports/verify.ts';
import type { Effects } from '../run/effects.ts';
import { type EvidenceSearch, judgeSignatures, type SignatureFormat } from '../signing/find.ts';
import { refusalText, signerText } from '../signing/find-signer.ts';
import type { Trust } from '../signing/trust.ts';
import { type CarriedSearch, checkCarried, sourcesOf } from './verify-evidence.ts';

/** The image to verify, and its sources. */
export interface VerifyScope {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
  /** The source's evidence that must be there. */
  readonly evidence: EvidenceChoice;
}

/** Checks everything that a promotion of the digest leaves at one target. */
export async function verifyTarget(
  scope: VerifyScope,
  pinned: PinnedImage,
  repository: RepositoryName,
): Promise<VerifiedTarget['checks']> {
  const { effects, environments, environment } = scope;
  const { image, digest } = pinned;
  const open = effects.store;
  const target = open(repository);
  const closure = await checkClosure(target, digest);
  const [signed, tags] = await Promise.all([
    checkSigned(effects, environment, target, pinned),
    checkTags(environment, target, pinned, closure),
  ]);
  const { signature, record, recorded } = signed;
  const sources = sourcesOf(environments, environment, image);
  const search = {
    open,
    sources,
    target,
    digest,
    evidence: scope.evidence,
    recorded,
    isOwnRecord: ownRecords(scope, pinned, repository),
  };
  return { image: partsCheck(closure), signature, record, evidence: await checkCarried(search), tags };
}

/** Finds our records of promotions into the environment's other registries, by what is signed. */
export function ownRecords(
  { effects, environments, environment }: Omit<VerifyScope, 'evidence'>,
  { image, digest }: Pick<PinnedImage, 'image' | 'digest'>,
  repository: RepositoryName,
): CarriedSearch['isOwnRecord'] {
  const { name, signing } = environment;
  const targets = targetRepositories(imageNamed(environments, image), environment);
  return async (store, { descriptor }) => {
    const others = targets.filter(other => other !== repository && isRecordOf(descriptor, name, other));
    if (signing === undefined || others.length === 0) return false;
    const { trust } = await effects.signing(signing);
    const search = { store, digest, referrers: [descriptor], trust, environment: name };
    const found = await Promise.all(others.map(other => findRecord({ ...search, repository: other })));
    return found.some(record => record !== undefined);
  };
}

function partsCheck({ manifests, blobs, lacks }: ClosureCheck): Check {
  if (lacks.length === 0) return good(`${counted(manifests, 'manifest')}, ${counted(blobs, 'blob')}`);
  const problems = lacks.map(({ part, digest, state }) => `${part} ${digest} is ${state}`);
  return bad(`${lacks.length} of ${manifests + blobs + lacks.length} missing`, problems);
}

/** The checks of signature and record, and when the promotion was recorded. */
interface Signed extends Pick<VerifiedTarget['checks'], 'signature' | 'record'> {
  readonly recorded?: string | undefined;
}

async function checkSigned(
  effects: Effects,
  { name, signing }: Environment,
  store: Store,
  { digest }: PinnedImage,
): Promise<Signed> {
  if (signing === undefined) return { signature: UNSIGNED, record: UNSIGNED };
  const { trust, formats } = await effects.signing(signing);
  const search = { store, digest, referrers: await store.referrers(digest), trust };
  let recorded: string | undefined;
  const [signature, record] = await Promise.all([
    unlessTooMany(() => checkSignature(search, formats)),
    unlessTooMany(async () => {
      const found = await findOurRecord(search, name);
      recorded = found?.record.time;
      const summary = signing.vsa === true ? await findOurSummary(search, name) : undefined;
      return await withSummary(search, await checkRecord(search, name, found), summary);
    }),
  ]);
  return { signature, record, recorded };
}

/** If more is attached than is read, the check reports this and nothing counts as absent. */
async function unlessTooMany(check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'TOO_LARGE') throw error;
    return bad('not all read', [error.message]);
  }
}

/** Checks for our signature in every configured format, by the current signer or one kept for rotation. */
async function checkSignature(search: EvidenceSearch, formats: readonly SignatureFormat[]): Promise<Check> {
  const found = await Promise.all(
    formats.map(async (format): Promise<Check> => {
      const current = await judgeSignatures(currentOnly(search), [format]);
      if (current.kind === 'verified') return good(signerText(current));
      const any = await judgeSignatures(search, [format]);
      return any.kind === 'verified'
        ? old(signerText(any), `signed only by the old ${signerText(any)}`)
        : bad(any.reason, [`no ${format} signature of ours: ${refusalText(any)}`]);
    }),
  );
  const worst = found.find(({ state }) => state === 'bad') ?? found.find(({ state }) => state === 'old');
  const problems = found.flatMap(check => check.problems);
  return worst === undefined ? (found[0] ?? UNSIGNED) : { ...worst, problems };
}

interface OurRecord {
  readonly record: PromotionRecord;
  readonly isCurrent: boolean;
}

async function findOurRecord(search: EvidenceSearch, environment: string): Promise<OurRecord | undefined> {
  const wanted = { environment, repository: search.store.name };
  const current = await findRecord({ ...currentOnly(search), ...wanted });
  if (current !== undefined) return { record: current, isCurrent: true };
  const record = await findRecord({ ...search, ...wanted });
  return record && { record, isCurrent: false };
}

/** The newest verification summary of a promotion into the environment, or why none counts. */
async function findOurSummary(search: EvidenceSearch, environment: string): Promise<SummaryJudgement> {
  const repositories = [search.store.name];
  return await judgeSummaries(search, { environment, repositories, isAccepted: async () => true });
}

/** Adds the check of the verification summary. Without a valid one, the record's check fails. */
async function withSummary(
  search: EvidenceSearch,
  check: Check,
  found: SummaryJudgement | undefined,
): Promise<Check> {
  if (found?.kind === 'summarised') {
    const count = await countSummaries(search, found.summary);
    return count > 1 ? { ...check, summary: `${check.summary}, ${count} verification summaries` } : check;
  }
  if (found === undefined) return check;
  const problem = `no verification summary: ${found.code}: ${found.detail}`;
  return { ...check, state: 'bad', problems: [...check.problems, problem] };
}

async function checkRecord(
  search: EvidenceSearch,
  environment: string,
  found: OurRecord | undefined,
): Promise<Check> {
  if (found === undefined) return bad('none', [`no record of ours of a promotion to ${environment}`]);
  const { record, isCurrent } = found;
  const what = record.kind === 'rollback' ? 'rollback ' : '';
  const count = await countRecords(search, record);
  const times = count > 1 ? `, ${count} of them` : '';
  const summary = `${what}plan ${shortDigest(record.planDigest)}, ${record.time.slice(0, 10)}${times}`;
  return isCurrent ? good(summary) : old(summary, 'recorded only by an old signer');
}

async function checkTags(
  environment: Environment,
  store: Store,
  pinned: PinnedImage,
  { root }: ClosureCheck,
): Promise<Check> {
  const version = root && parseManifest(root).annotations['org.opencontainers.image.version'];
  const platforms =
    root === undefined || environment.platformTags === undefined
      ? undefined
      : await (await import('../images/platform-manifests.ts')).platformManifests(store, root);
  const expected = tagsOfPinned(environment, pinned, version, platforms);
  if (expected.length === 0) return { state: 'unasked', summary: 'the pin names none', problems: [] };
  const looked = expected.map(async ({ name, moves, digest = pinned.digest }) => {
    const named = (await store.head(name))?.digest;
    const hasMoved = moves && named !== undefined && named !== digest;
    const isWrong = named !== digest && !hasMoved;
    const problem = `tag ${name} names ${named === undefined ? 'nothing' : shortDigest(named)}`;
    return { text: hasMoved ? `${name} (moved on)` : name, problems: isWrong ? [problem] : [] };
  });
  const tags = await Promise.all(looked);
  const problems = tags.flatMap(tag => tag.problems);
  return problems.length === 0
    ? good(tags.map(({ text }) => text).join(', '))
    : bad(`${problems.length} of ${tags.length} wrong`, problems);
}

function currentOnly<Search extends { readonly trust: Trust }>(search: Search): Search {
  return { ...search, trust: { ...search.trust, signers: search.trust.signers.slice(0, 1) } };
}

const UNSIGNED: Check = { state: 'unasked', summary: 'not configured', problems: [] };

function good(summary: string): Check {
  return { state: 'good', summary, problems: [] };
}

function old(summary: string, problem: string): Check {
  return { state: 'old', summary: `${summary} (old)`, problems: [problem] };
}

function bad(summary: string, problems: readonly string[]): Check {
  return { state: 'bad', summary, problems };
}

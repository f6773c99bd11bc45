import type { Environment, Environments } from '../environments/environments.ts';
import type { Hold } from '../environments/holds/holds.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { environmentNamed, ownsFile } from '../environments/locate.ts';
import { PromoteError, throwAll } from '../errors.ts';
import { observe } from '../facts/observe.ts';
import { findStop } from '../facts/stops.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { readFiles } from '../git/read-files.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';
import type { Candidate, ImageOutcome, Target } from '../plan/candidates.ts';
import { editTexts } from '../plan/edit-texts.ts';
import { isUnpinned, tellLookedFor } from '../plan/explain/looked-for.ts';
import { requireReadable } from '../plan/image-pins.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base } from '../plan/snapshot.ts';
import type { Proposal } from '../proposals/proposal.ts';
import { readClosure } from '../registry/closure.ts';
import type { Cost } from '../reports/plan-report.ts';
import { readFor } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { beginRun, type Run } from '../run/run.ts';
import { measured } from '../run/step.ts';
import { decideGroups } from './decide-groups.ts';
import { type OpenRollback, readOpenRollbacks, urlsByImage } from './rollback/open-rollbacks.ts';
import type { ReadClosure } from './weigh.ts';

/** The decisions for one environment, and the run they were made in. */
export interface EnvironmentPlan {
  readonly run: Run;
  readonly environment: Environment;
  readonly base: Base;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
  /** The groups' newest pull requests. */
  readonly proposals: ReadonlyMap<string, Proposal>;
  /** The environment's rollbacks that are proposed and open. */
  readonly rollbacks: readonly OpenRollback[];
  /** The hold that stops all promotions, even if there is nothing to promote. */
  readonly stop: Hold | undefined;
}

/** Observes, derives the candidates, gathers facts and decides; writes nothing. */
export async function planEnvironment(
  given: Effects,
  environments: Environments,
  request: PromotionRequest,
): Promise<EnvironmentPlan> {
  const about = { 'promote.environment': request.environment };
  return await measured(given, 'plan', about, async () => await planOnce(given, environments, request));
}

async function planOnce(
  given: Effects,
  environments: Environments,
  request: PromotionRequest,
): Promise<EnvironmentPlan> {
  const { from, gates } = environmentNamed(environments, request.environment);
  const [before] = sourceNames(from);
  const next = before === undefined ? undefined : environmentNamed(environments, before);
  const run = await beginRun(given, environments, request, { approval: gates.approval, next });
  const { environment, base } = run;
  requireReadable(run.files.unreadable);
  const observed = await measured(given, 'observe', {}, async () => await observe(run));
  const rollbacks = await readOpenRollbacks(run);
  const world = { ...observed, rollbacks: urlsByImage(rollbacks) };
  const { outcomes: decided, judged } = await measured(
    given,
    'decide',
    {},
    async () => await decideGroups(run, world),
  );
  const outcomes = await withLookedFor(run, decided);
  if (!request.repair) assertNamedArePresent(outcomes, request);
  const groups = judged.map(({ decision }) => decision);
  const proposals = judged.flatMap(({ decision, proposal }) =>
    proposal === undefined ? [] : [[decision.group, proposal] as const],
  );
  const stop = await findStop(run, false);
  return { run, environment, base, outcomes, rollbacks, groups, proposals: new Map(proposals), stop };
}

/** The most files that are searched for text near a pin; nobody reads the results of more. */
const MOST_READ = 200;

/** Reads files without pins only if an image has no pin, to explain why. */
async function withLookedFor(
  { environments, environment, files: { repository, head } }: Run,
  outcomes: readonly ImageOutcome[],
): Promise<readonly ImageOutcome[]> {
  if (!outcomes.some(outcome => isUnpinned(outcome, environment))) return outcomes;
  const paths = (await repository.list(head.commit))
    .map(({ path }) => path)
    .filter(path => ownsFile(environment, path));
  const yaml = new Set(paths.filter(path => /\.ya?ml$/.test(path)));
  const texts =
    yaml.size > MOST_READ
      ? new Map<string, string>()
      : await readFiles(repository, head.commit, path => yaml.has(path));
  return tellLookedFor({ environments, environment, paths, texts }, outcomes);
}

function assertNamedArePresent(
  outcomes: readonly ImageOutcome[],
  { images, environment }: PromotionRequest,
): void {
  const absent = outcomes.flatMap(outcome =>
    outcome.kind === 'absent' && images.has(outcome.image)
      ? [
          new PromoteError(
            'NOT_FOUND',
            `${outcome.image} cannot be promoted to ${environment}: ${outcome.reason}`,
            { hint: 'add a pin that names one of its repositories, or leave the image out' },
          ),
        ]
      : [],
  );
  throwAll(environment, absent);
}

/** A deployment file before and after the promotions that were planned. */
export interface FileChange {
  readonly before: string;
  readonly after: string;
}

/** What a plan would change in Git, by path. */
export function fileChanges({
  groups,
  run: { environments, files },
}: EnvironmentPlan): ReadonlyMap<string, FileChange> {
  const members = groups.flatMap(group => ('plan' in group ? group.members : []));
  const edited = editTexts(environments, files.texts, members);
  if (edited.kind === 'changed') return new Map();
  const changes = [...edited.files].map(([path, after]) => {
    const before = files.texts.get(path) ?? '';
    return [path, { before, after }] as const;
  });
  return new Map(changes);
}

/** Requests to find evidence on both sides and read it back; per tag, to read, write and read it back. */
const LOOKS = 6;
const PER_TAG = 4;
/**
 * Requests for signature and record: two blobs, two manifests, the shared config, and on older registries the
 * list of referrers.
 */
const SIGNING = 14;

/**
 * Predicts the requests of `apply` to each registry, without those for images' evidence. Image layouts cost
 * none. It reads each source's manifests; an error is part of the result.
 */
export async function estimateCost(
  effects: Effects,
  environment: Environment,
  candidates: readonly Candidate[],
  readAll: ReadClosure = readClosure,
): Promise<Cost> {
  const [requests, pulls, ending] = [1, 2, 3].map(() => new Map<string, number>()) as [
    Counts,
    Counts,
    Counts,
  ];
  const unknown = new Map<string, PromoteError>();
  const add = (repository: RepositoryName, count: number, to = requests) => {
    const registry = registryOf(repository);
    if (!isLayout(repository)) to.set(registry, (to.get(registry) ?? 0) + count);
  };
  const read = candidates.map(async candidate => {
    const { image, source, digest, targets } = candidate;
    const isCopied = targets.some(({ repository }) => repository !== source.repository);
    const failures = new Map<string, PromoteError>();
    const parts = isCopied
      ? await readFor(failures, image, async () => countParts(effects, source.repository, digest, readAll))
      : NO_PARTS;
    return { ...candidate, parts, failures };
  });
  for (const { source, targets, parts, failures } of await Promise.all(read)) {
    for (const [image, error] of failures) unknown.set(image, error);
    if (parts === undefined) continue;
    const { manifests, blobs } = parts;
    for (const target of targets) {
      const after = LOOKS + PER_TAG * target.tags.length + (environment.signing === undefined ? 0 : SIGNING);
      add(target.repository, after);
      // With shards, the last run reads each image again.
      add(target.repository, after + manifests + blobs, ending);
      add(target.repository, manifests, pulls);
      if (source.repository === target.repository) continue;
      const near = registryOf(source.repository) === registryOf(target.repository);
      add(source.repository, near ? manifests : manifests + blobs);
      add(source.repository, manifests, pulls);
      add(target.repository, manifests + (near ? blobs : 2 * blobs));
    }
  }
  return { requests, unknown, pulls, ending };
}

type Counts = Map<string, number>;

const NO_PARTS = { manifests: 0, blobs: 0 };

async function countParts(
  { store }: Effects,
  repository: Target['repository'],
  digest: Digest,
  readAll: ReadClosure,
) {
  const { manifests } = await readAll(store(repository), digest);
  const blobs = manifests.flatMap(content => {
    const manifest = parseManifest(content);
    return manifest.kind === 'image' ? [manifest.config, ...manifest.layers].map(blob => blob.digest) : [];
  });
  return { manifests: manifests.length, blobs: new Set(blobs).size };
}

import { imageNamed, pushRepository, registryForFile } from '../../environments/locate.ts';
import { type ErrorCode, PromoteError, throwAll } from '../../errors.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type Candidate, targetRepositories } from '../../plan/candidates.ts';
import { commandOn } from '../../plan/invocation.ts';
import { againInstead, againWith } from '../../plan/request.ts';
import type { PinToRollBack } from '../../plan/rollback.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import { withRecords } from '../../run/recorded-pins.ts';
import type { Run } from '../../run/run.ts';
import { findSigner } from '../../signing/find-signer.ts';
import type { Restore } from './restore.ts';

/**
 * Checks that a rollback's images are complete at every target, and signed by us if signing is configured.
 * Returns the images to restore from elsewhere, which only `mayRestore` allows. Throws one error with every
 * refused or unreadable image; writes nothing.
 */
export async function preflight(
  run: Run,
  candidates: readonly Candidate[],
  mayRestore: boolean,
): Promise<readonly Restore[]> {
  const looked = candidates.flatMap(candidate =>
    candidate.targets.map(({ repository }) => look(run, candidate, repository)),
  );
  const found = await Promise.all(looked);
  const refusals = found.flatMap(entry =>
    ['lost', 'unsigned', 'unread'].includes(entry.kind) || (entry.kind === 'restore' && !mayRestore)
      ? [entry]
      : [],
  );
  if (refusals.length > 0) throw refused(run, refusals, candidates);
  return found.flatMap(({ kind, candidate: { image, digest, source }, from, to }) =>
    kind === 'restore' && from !== undefined ? [{ image, digest, from, to, tag: source.tag }] : [],
  );
}

/**
 * The state of an image at a target. `restore`: the target lost it, and `from` has the complete image.
 * `unread`: a registry did not answer, so the state is unknown.
 */
interface Found {
  readonly kind: 'whole' | 'restore' | 'lost' | 'unsigned' | 'unread';
  readonly candidate: Candidate;
  readonly to: RepositoryName;
  readonly from?: RepositoryName | undefined;
  /** What is wrong. */
  readonly reason: string;
  /** The error that prevented an answer. */
  readonly error?: PromoteError | undefined;
}

async function look(run: Run, candidate: Candidate, to: RepositoryName): Promise<Found> {
  const outcome = await contain(() => judge(run, candidate, to));
  if (outcome.kind === 'done') return outcome.value;
  const { error } = outcome;
  return { kind: 'unread', candidate, to, reason: error.message, error };
}

async function judge(run: Run, candidate: Candidate, to: RepositoryName): Promise<Found> {
  const lack = await lackAt(run.effects, to, candidate);
  const from = lack && (await findWhole(run, candidate, to));
  if (lack && !from) return { kind: 'lost', candidate, to, reason: lack };
  const unsigned = await lackOfSignature(run, candidate, from || to);
  if (unsigned) return { kind: 'unsigned', candidate, to: from || to, reason: unsigned };
  if (lack && from)
    return { kind: 'restore', candidate, to, from, reason: `${lack}; ${from} holds all of it` };
  return { kind: 'whole', candidate, to, reason: '' };
}

async function lackAt(
  { store }: Effects,
  repository: RepositoryName,
  { digest }: Candidate,
): Promise<string | undefined> {
  const { lacks } = await checkClosure(store(repository), digest);
  const [first] = lacks;
  return first && `${repository}@${digest} is not whole: ${first.part} ${first.digest} is ${first.state}`;
}

/** Another repository that has the complete image. */
async function findWhole(
  { effects, environments }: Run,
  candidate: Candidate,
  except: RepositoryName,
): Promise<RepositoryName | undefined> {
  const image = imageNamed(environments, candidate.image);
  const placed = environments.environments.flatMap(known => targetRepositories(image, known));
  const places = new Set([...placed, ...(image.source === undefined ? [] : [image.source])]);
  places.delete(except);
  let unread: PromoteError | undefined;
  for (const place of places) {
    const lack = await contain(() => lackAt(effects, place, candidate));
    if (lack.kind === 'failed') unread ??= lack.error;
    else if (lack.value === undefined) return place;
  }
  // The registry that did not answer may have the image.
  if (unread !== undefined) throw unread;
  return undefined;
}

async function lackOfSignature(
  { effects, environment: { name, signing } }: Run,
  { digest }: Candidate,
  repository: RepositoryName,
): Promise<string | undefined> {
  if (signing === undefined) return undefined;
  const { trust } = await effects.signing(signing);
  const found = await findSigner(effects.store(repository), digest, trust);
  if (found.kind === 'signed') return undefined;
  return `${repository}@${digest}: no signature of ${name}'s: ${found.reason}`;
}

/** One error with every refused image in the order of the files, and the commands that help. */
function refused(run: Run, refusals: readonly Found[], all: readonly Candidate[]): PromoteError {
  const { environment } = run;
  const reasons = refusals.map(
    ({ candidate: { image, digest }, reason }) => `${image} to ${shortDigest(digest)}: ${reason}`,
  );
  const list = reasons.length === 1 ? ` ${reasons[0]}` : reasons.map(text => `\n  ${text}`).join('');
  return new PromoteError(codeOf(refusals), `roll ${environment.name} back:${list}`, {
    hint: cureOf(run, refusals, all),
  });
}

function codeOf(refusals: readonly Found[]): ErrorCode {
  if (refusals.some(({ kind }) => kind === 'lost' || kind === 'restore')) return 'NOT_FOUND';
  return refusals.find(({ error }) => error !== undefined)?.error?.code ?? 'SIGNATURE';
}

/** The commands that help: sign and restore, or if an image is lost, roll back the others alone. */
function cureOf(
  { environments, environment, request }: Run,
  refusals: readonly Found[],
  all: readonly Candidate[],
): string {
  const of = (...wanted: readonly Found['kind'][]) => refusals.filter(({ kind }) => wanted.includes(kind));
  const stuck = new Set(of('lost', 'unread').map(({ candidate }) => candidate.image));
  if (stuck.size === 0) {
    const signs = of('unsigned').map(({ candidate, to }) =>
      commandOn(environments, 'sign', `${to}@${candidate.digest}`, '--environment', environment.name),
    );
    const again = againWith(request, ...(of('restore').length > 0 ? ['--restore'] : []));
    return [...new Set(signs), again].join(' && ');
  }
  const others = [...new Set(all.map(({ image }) => image).filter(image => !stuck.has(image)))];
  const names = [...new Set(of('lost').map(({ candidate }) => candidate.image))];
  return [
    ...(names.length > 0 ? [`no repository of the environments file holds ${names.join(', ')}`] : []),
    ...of('unread').flatMap(({ error }) => error?.hint ?? []),
    others.length === 0
      ? `to another state: ${againInstead(request, ['--to', '--steps'], '--to', '<commit|time|version>')}`
      : `the others alone: ${againInstead(request, ['--image'], ...others.flatMap(name => ['--image', name]))}`,
  ]
    .filter((text, index, texts) => texts.indexOf(text) === index)
    .join('; ');
}

/** The pins with their earlier digests, or with the digests that their earlier tags name now. */
export async function withDigests(
  run: Run,
  rollingBack: readonly PinToRollBack[],
): Promise<readonly (PinToRollBack & { readonly digest: Digest })[]> {
  const { effects, environments, environment } = run;
  const isAlone = (image: string) =>
    rollingBack.every(pin => pin.image !== image || pin.to.form === 'version');
  const decides = ({ image, to }: PinToRollBack) => to.form !== 'version' || isAlone(image);
  const missing: PromoteError[] = [];
  const read = await Promise.all(
    rollingBack.filter(decides).map(async pin => {
      const { image, file, to } = pin;
      if (to.digest !== undefined) return [{ ...pin, digest: to.digest }];
      const known = await ofRecord(run, pin);
      if (known instanceof PromoteError) {
        missing.push(known);
        return [];
      }
      if (known !== undefined) return [{ ...pin, digest: known }];
      const registry = registryForFile(environment, file);
      const repository = registry && pushRepository(registry, imageNamed(environments, image));
      const found = repository && to.tag && (await effects.store(repository).head(to.tag));
      if (!found) {
        missing.push(neverPinned(pin));
        return [];
      }
      effects.log(`${image}: ${file} named no digest; ${to.tag} is ${shortDigest(found.digest)} now`);
      return [{ ...pin, digest: found.digest }];
    }),
  );
  throwAll(`roll ${environment.name} back`, missing);
  const dated = read.flat();
  // A version is only a name: pins beside it choose the image, so it gets their digest.
  const beside = rollingBack.flatMap(pin => {
    const deciding = decides(pin) ? undefined : dated.find(({ image }) => image === pin.image);
    return deciding === undefined ? [] : [{ ...pin, digest: deciding.digest }];
  });
  return [...dated, ...beside];
}

/** The digest of an earlier pin that is a tag alone, by our record, or the reason why it is unknown. */
async function ofRecord(
  run: Run,
  { image, file, locator, to }: PinToRollBack,
): Promise<Digest | PromoteError | undefined> {
  const now = run.files.pins.find(
    ({ pin, ...known }) => known.image === image && pin.file === file && pin.locator === locator,
  );
  if (now === undefined) return undefined;
  const { repository = now.pin.repository, tag } = to;
  const pin = { ...now.pin, repository, tag, digest: undefined };
  const [known] = await withRecords(run, [{ image, pin }]);
  if (known?.unproven === undefined) return known?.recorded;
  const { reason, hint } = known.unproven;
  return new PromoteError('TAG_MOVED', `roll ${image} back to ${to.value}: ${reason}`, { hint });
}

function neverPinned({ image, file, to }: PinToRollBack): PromoteError {
  return new PromoteError(
    'NOT_FOUND',
    `roll ${image} back to ${to.value || 'nothing'}: ${file} named no digest, and the registry has no such tag`,
    { hint: 'roll back to what was pinned by digest (--to <commit|time|version>)' },
  );
}

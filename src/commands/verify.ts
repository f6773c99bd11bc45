import pLimit from 'p-limit';
import { applyEnvironment } from '../apply/apply.ts';
import type { Environment, Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { failureText, PromoteError } from '../errors.ts';
import { holdFacts } from '../gates/hold.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin } from '../pins/pin.ts';
import { unreadableText } from '../plan/image-pins.ts';
import { leftBehind } from '../plan/left-behind.ts';
import { decidingPins } from '../plan/pin-target.ts';
import { type PinnedImage, pinnedImages } from '../plan/pinned-images.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { unreadSpecial } from '../plan/special-file.ts';
import { type Check, isSound, type VerifiedTarget, type VerifyResult } from '../reports/verify.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { readPins } from '../run/read-pins.ts';
import { withRecords } from '../run/recorded-pins.ts';
import { completeFormer, findFormer } from './former-images.ts';
import { findHeldPins } from './held-pins.ts';
import { type VerifyScope, verifyTarget } from './verify-target.ts';

/** Targets that are verified at the same time; each asks for several parts of its image at once. */
const PARALLEL_TARGETS = 4;

/**
 * Verifies that every pinned digest is complete at each of its targets, signed as configured, recorded and
 * tagged; writes nothing. With a registry, named or `backup`, only that one is verified.
 */
export async function verifyEnvironment(
  effects: Effects,
  environments: Environments,
  name: string,
  evidence: EvidenceChoice,
  registry?: string,
): Promise<VerifyResult> {
  const environment = environmentNamed(environments, name);
  const looked = inRegistry(environment, registry);
  const files = await readPins({ effects, environments, environment });
  const { repository, head, mentions, unreadable } = files;
  const pins = await withRecords({ effects, environments: files.environments, environment }, files.pins);
  const held = holdFacts(environment, files.holds);
  const limit = pLimit(PARALLEL_TARGETS);
  const scope = { effects, environments, environment, evidence };
  const isBackup = registry === 'backup';
  const former = isBackup ? await findFormer({ effects, environments, environment }) : undefined;
  const targets = pinnedImages(environments, looked, pins).flatMap(pinned =>
    pinned.targets.map(target => limit(() => verifyPinned(scope, pinned, target))),
  );
  return {
    environment,
    registry,
    base: { repository: repository.name, ...head },
    targets: await Promise.all(targets),
    mentions: leftBehind(mentions),
    held: await findHeldPins(effects, environments, environment, { ...files, pins }),
    unreadable: held.kind === 'unreadable' ? [held.reason] : [],
    unread: [
      ...unreadable.map(({ file, error }) => ({ file, reason: unreadableText(error) })),
      ...unreadSpecial(files.special),
      ...(former?.gaps ?? []).map(({ message: reason }) => ({ file: 'history', reason })),
    ],
    former: former?.images,
    undigested: environments.images.flatMap(({ name: image }) =>
      decidingPins(pins, image).flatMap(({ pin, recorded, unproven }) =>
        (pin.digest ?? recorded ?? unproven) === undefined ? [{ image, pin: placeOf(pin) }] : [],
      ),
    ),
    unproven: environments.images.flatMap(({ name: image }) =>
      decidingPins(pins, image).flatMap(({ pin, unproven }) =>
        unproven === undefined ? [] : [{ image, pin: placeOf(pin), ...unproven }],
      ),
    ),
  };
}

/**
 * Verifies, completes what is missing as far as policy and approvals allow, and verifies again. The repair is an
 * ordinary run of `apply` whose promotions change no pin. Of a backup, what rollbacks may want is completed too.
 */
export async function repairEnvironment(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  registry?: 'backup',
): Promise<VerifyResult> {
  const { environment: name, evidence } = request;
  const verify = () => verifyEnvironment(effects, environments, name, evidence, registry);
  const before = await verify();
  const isWanting = before.former?.some(({ kind }) => kind === 'missing') === true;
  if (isWanting)
    await completeFormer(
      { effects, environments, environment: environmentNamed(environments, name) },
      request,
    );
  const wrong = before.targets.filter(target => !isSound(target));
  if (wrong.length === 0) return isWanting ? await verify() : before;
  const images = new Map(wrong.map(({ image }) => [image, undefined]));
  const repair = await applyEnvironment(effects, environments, { ...request, images, repair: true });
  return { ...(await verify()), repair };
}

/** The environment with only that registry; throws `USAGE` if it has no such registry. */
function inRegistry(environment: Environment, wanted: string | undefined): Environment {
  if (wanted === undefined) return environment;
  const { name, registries } = environment;
  const found = registries.filter(({ push, isBackup = false }) =>
    wanted === 'backup' ? isBackup : push === wanted,
  );
  if (found.length > 0) return { ...environment, registries: found };
  const known = registries.map(({ push, isBackup }) => (isBackup === true ? `backup (${push})` : push));
  throw new PromoteError('USAGE', `verify ${name} --registry ${wanted}: ${name} has no such registry`, {
    hint: `name one of: ${known.join(', ')}`,
  });
}

async function verifyPinned(
  scope: VerifyScope,
  pinned: PinnedImage,
  repository: RepositoryName,
): Promise<VerifiedTarget> {
  const { image, digest, pins } = pinned;
  const place = { image, digest, repository, pins: pins.map(placeOf) };
  const outcome = await contain(() => verifyTarget(scope, pinned, repository));
  if (outcome.kind === 'done') return { ...place, checks: outcome.value };
  const failure = failureText(outcome.error);
  const unread: Check = { state: 'unasked', summary: 'not read', problems: [] };
  const checks = { signature: unread, record: unread, evidence: unread, tags: unread };
  return {
    ...place,
    failure,
    checks: { image: { ...unread, state: 'bad', problems: [failure] }, ...checks },
  };
}

function placeOf({ file, line }: Pin): string {
  return `${file}:${line}`;
}

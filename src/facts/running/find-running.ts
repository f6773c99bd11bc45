import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import { knownRepositories } from '../../plan/image-pins.ts';
import { commandOn } from '../../plan/invocation.ts';
import { isDoubtful, isOf, judgeRunning, type KnownImage } from '../../plan/running/judge.ts';
import type { PodContainer, PodList } from '../../plan/running/pods.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import type { Running } from '../../reports/running.ts';
import type { Effects } from '../../run/effects.ts';
import { readHistory } from '../../run/history/history.ts';
import { readPins } from '../../run/read-pins.ts';
import { withRecords } from '../../run/recorded-pins.ts';
import { remember } from '../../run/remember.ts';
import { knownImages, withFormer, withPlatforms } from './known-images.ts';

/** The most changes of the environment in which an earlier digest is looked for. */
const LOOK_BACK = 100;

/**
 * Compares what a cluster runs with what an environment pins. The history, and then registries for platforms,
 * are read only if a container or its node names a digest that no pin has.
 */
export async function findRunning(
  given: Effects,
  environments: Environments,
  environment: Environment,
  list: PodList,
): Promise<Running> {
  const at = { effects: remember(given).effects, environments, environment };
  const files = await readPins(at);
  const pins = await withRecords(at, files.pins);
  let images = knownImages(at, pins, list.containers);
  const failures: PromoteError[] = [];
  const hasStranger = () =>
    judgeRunning(images, list.containers).some(image =>
      image.containers.some(found => found.state === 'never-promoted' || isDoubtful(image, found)),
    );
  if (hasStranger()) {
    const events = await readHistory(environments, environment, files, { limit: LOOK_BACK });
    images = withFormer(
      images,
      events.flatMap(event => event.images),
    );
  }
  if (hasStranger()) {
    const expanded = await withPlatforms(at, images);
    images = expanded.images;
    if (hasStranger()) failures.push(...expanded.failures);
  }
  return {
    environment: environment.name,
    lookBack: LOOK_BACK,
    list,
    images: judgeRunning(images, list.containers),
    ...countOthers(environments, images, list.containers),
    failures: [
      ...files.unreadable.map(({ error }) => error),
      ...pins.flatMap(pin => unproven(environments, pin)),
      ...failures,
    ],
  };
}

/** Counts the containers of other images: those in the environments file, and unknown ones. */
function countOthers(
  environments: Environments,
  images: readonly KnownImage[],
  containers: readonly PodContainer[],
): { readonly elsewhere: number; readonly others: number } {
  const known = knownRepositories(environments);
  const others = containers.filter(container => !images.some(image => isOf(image, container)));
  const elsewhere = others.filter(({ asked }) => asked !== undefined && known.has(asked.repository)).length;
  return { elsewhere, others: others.length - elsewhere };
}

function unproven(
  environments: Environments,
  { pin, recorded, unproven }: ImagePin,
): readonly PromoteError[] {
  if (pin.digest !== undefined || recorded !== undefined || pin.form === 'version') return [];
  const message = `${pin.file}:${pin.line} is written without a digest, so what has to run is not known`;
  const hint = unproven?.hint ?? `pin the digest: ${commandOn(environments, 'check', '--lint', '--fix')}`;
  return [new PromoteError('INVALID', unproven?.reason ?? message, { hint })];
}

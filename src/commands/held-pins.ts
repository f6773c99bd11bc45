import type { Environment, Environments } from '../environments/environments.ts';
import { holdFacts } from '../gates/hold.ts';
import type { Digest } from '../oci/digest.ts';
import { type HeldPin, heldPins } from '../plan/holds/held-pins.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { contain } from '../run/contain.ts';
import { pinCommits } from '../run/history/pin-commits.ts';
import { HISTORY_LIMIT } from '../run/read-pins.ts';

/** Commits read at a time; few, since most pins are only a few commits old. */
const AT_ONCE = 20;

type Files = Pick<PinnedFiles, 'environments' | 'repository' | 'head' | 'pins' | 'holds'>;

/**
 * The environment's pins whose digest is held, with the commits before them. The history is read only if there is
 * such a pin. Unreadable holds have none.
 */
export async function findHeldPins(
  { now }: { readonly now: () => Date },
  environments: Environments,
  environment: Environment,
  files: Files,
): Promise<readonly HeldPin[]> {
  const facts = holdFacts(environment, files.holds);
  if (facts.kind === 'unreadable') return [];
  const at = { environment: environment.name, file: environments.file };
  const held = heldPins(at, files.pins, facts.holds, now());
  if (held.length === 0) return held;
  const outcome = await contain(async () => await commitsBefore(environment, files, held));
  // Without the history, the pins are named all the same.
  const before = outcome.kind === 'done' ? outcome.value : new Map<string, string>();
  return held.map(pin => ({ ...pin, before: before.get(pin.image) }));
}

/** For each image, the newest commit at which none of its present pins had a held digest. */
async function commitsBefore(
  environment: Environment,
  files: Files,
  held: readonly HeldPin[],
): Promise<ReadonlyMap<string, string>> {
  const isHeld = (image: string, digest: Digest | undefined) =>
    held.some(one => one.image === image && one.digest === digest);
  const pinned = files.pins.filter(({ image, pin, recorded }) => isHeld(image, pin.digest ?? recorded));
  const places = Map.groupBy(pinned, ({ image }) => image);
  const left = new Map(
    [...places].map(([image, pins]) => [image, new Set(pins.map(one => placeOf(one.pin)))]),
  );
  const replaced = new Set<string>();
  const before = new Map<string, string>();
  let commits = 0;
  for await (const { commit, moves } of pinCommits(files.environments, environment, files, AT_ONCE)) {
    for (const image of replaced) before.set(image, commit);
    replaced.clear();
    commits += 1;
    if (left.size === 0 || commits > HISTORY_LIMIT) break;
    for (const { image, before: state, ...place } of moves) {
      const own = left.get(image);
      if (own?.has(placeOf(place)) !== true || isHeld(image, state?.digest)) continue;
      own.delete(placeOf(place));
      // What held nothing before cannot be rolled back.
      if (own.size > 0 && state !== undefined) continue;
      left.delete(image);
      if (state !== undefined) replaced.add(image);
    }
  }
  return before;
}

function placeOf({ file, locator }: { readonly file: string; readonly locator: string }): string {
  return `${file}\n${locator}`;
}

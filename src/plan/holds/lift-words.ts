import { type HoldEntry, isOverride, isStop, STOPPED } from '../../environments/holds/holds.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { commandOn } from '../invocation.ts';

/** What is to be released: a digest or an image, with `*` everything, and with an override's name its plan. */
export interface Released {
  readonly environment: string;
  readonly image: string;
  readonly digest?: Digest | undefined;
  /** The plan of an override. */
  readonly plan?: Digest | undefined;
}

/**
 * What the holds say of a release. `held`: there is something to release. `released`: that was done before.
 * `free`: nothing is held.
 */
export type Held =
  | { readonly kind: 'held' }
  | { readonly kind: 'released'; readonly by: string; readonly since: string }
  | { readonly kind: 'free' };

/** Finds what is to be released among the entries of the branch and of an open proposal. */
export function findHeld(chosen: Released, entries: readonly HoldEntry[]): Held {
  const own = entries.filter(
    ({ environment, image, digest }) =>
      environment === chosen.environment &&
      image === chosen.image &&
      (chosen.digest === undefined || digest === chosen.digest),
  );
  if (own.some(({ lifted }) => lifted === undefined)) return { kind: 'held' };
  const [newest] = own
    .flatMap(({ lifted }) => lifted ?? [])
    .toSorted((one, other) => Date.parse(other.since) - Date.parse(one.since));
  return newest === undefined ? { kind: 'free' } : { kind: 'released', ...newest };
}

/** What is released, as a subject of sentences, and the subject of the commit. */
export function liftWords({ environment, image, digest, plan }: Released) {
  if (plan !== undefined) {
    const what = `plan ${shortDigest(plan)}`;
    const free = `there is no exemption of ${what} from the freeze of ${environment}`;
    return { what, subject: `Freeze ${what} of ${environment} again`, free };
  }
  if (image === STOPPED) {
    const free = `there is no stop of ${environment}`;
    return { what: 'everything', subject: `End the stop of ${environment}`, free };
  }
  const what = digest === undefined ? image : `${image} ${shortDigest(digest)}`;
  const free = `there is no hold on ${what} in ${environment}`;
  return { what, subject: `Release the hold on ${what} in ${environment}`, free };
}

/** The commit's subject where a digest without a hold may be promoted again. */
export function allowAgain({ environment, image }: Released, digest: Digest): string {
  return `Allow ${image} ${shortDigest(digest)} in ${environment} again`;
}

/** The most commands that one hint proposes. */
const MOST = 3;

/** The commands that release what is held, the nearest first; `undefined` if nothing is. */
export function heldInstead(
  { environment, image }: Released,
  entries: readonly HoldEntry[],
  file: string | undefined,
): string | undefined {
  const distance = (one: HoldEntry) =>
    (one.environment === environment ? 0 : 2) + (one.image === image ? 0 : 1);
  const held = entries
    .filter(({ lifted }) => lifted === undefined)
    .toSorted((one, other) => distance(one) - distance(other));
  const commands = [...new Set(held.map(one => liftOf(one, file)))];
  if (commands.length === 0) return undefined;
  const more = commands.length > MOST ? `, and ${commands.length - MOST} more` : '';
  return `what is held: ${commands.slice(0, MOST).join(', or ')}${more}`;
}

function liftOf(one: HoldEntry, file: string | undefined): string {
  const { environment, image, digest } = one;
  if (isOverride(one))
    return commandOn({ file }, 'lift', environment, '--override', 'freeze', '--digest', digest);
  if (isStop(one)) return commandOn({ file }, 'lift', environment);
  const named = digest === 'all' ? [] : ['--digest', digest];
  return commandOn({ file }, 'lift', environment, image, ...named);
}

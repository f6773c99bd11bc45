import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Candidate, ImageOutcome } from './candidates.ts';
import { editTexts } from './edit-texts.ts';
import { groupOf } from './groups.ts';
import { allRefusals, type Refusal, type TriedPin } from './unwritable.ts';

/**
 * Closes each image whose pins cannot be edited, so that this is known before anything is written. Edits that are
 * promoted together are tried together. All pins that cannot be edited are named, in the order of the files.
 */
export function closeUneditable(
  environments: Environments,
  { grouping }: Pick<Environment, 'grouping'>,
  texts: ReadonlyMap<string, string>,
  outcomes: readonly ImageOutcome[],
  whyUnwritable: (path: string) => string | undefined = () => undefined,
): readonly ImageOutcome[] {
  const tried = { environments, texts, whyUnwritable };
  const found = outcomes.flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
  const groups = Map.groupBy(found, ({ image }) => groupOf(grouping, image));
  const refusals = new Map<string, Refusal>();
  for (const members of groups.values()) {
    const together = refusalOf(tried, members);
    if (together === undefined) continue;
    const alone = members.map(member => [member.image, refusedPins(tried, member.pins)] as const);
    const isOfSome = alone.some(([, refusal]) => refusal !== undefined);
    for (const [image, refusal] of alone) {
      const reason = isOfSome ? refusal : together;
      if (reason !== undefined) refusals.set(image, reason);
    }
  }
  return outcomes.map(outcome => {
    if (outcome.kind === 'closed' && outcome.pins !== undefined)
      return { ...outcome, ...refusedPins(tried, outcome.pins) };
    const refusal = outcome.kind === 'candidate' ? refusals.get(outcome.candidate.image) : undefined;
    return outcome.kind === 'candidate' && refusal ? closed(outcome.candidate, refusal) : outcome;
  });
}

/** What edits are tried on. */
interface Tried {
  readonly environments: Environments;
  readonly texts: ReadonlyMap<string, string>;
  readonly whyUnwritable: (path: string) => string | undefined;
}

/** Why pins of an image cannot be edited: one by one, and where each could be, all of them together. */
function refusedPins(tried: Tried, pins: readonly TriedPin[]): Refusal | undefined {
  const alone = pins.flatMap(({ pin, target, refusal }) => {
    return refusal ?? refusalOf(tried, [{ pins: [{ pin, target }] }]) ?? [];
  });
  return allRefusals(alone) ?? refusalOf(tried, [{ pins }]);
}

function refusalOf(
  { environments, texts, whyUnwritable }: Tried,
  members: readonly Pick<Candidate, 'pins'>[],
): Refusal | undefined {
  for (const { pin } of members.flatMap(({ pins }) => pins)) {
    const reason = whyUnwritable(pin.file);
    if (reason !== undefined) return refusalOfPath(pin.file, reason);
  }
  try {
    editTexts(environments, texts, members);
    return undefined;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID')
      return { reason: error.message, hint: error.hint ?? '' };
    throw error;
  }
}

function refusalOfPath(file: string, reason: string): Refusal {
  return {
    reason: `${JSON.stringify(file)} is never written: ${reason}`,
    hint: 'rename the file, or leave it out of the environment’s `files`',
  };
}

function closed({ image }: Candidate, refusal: Refusal): ImageOutcome {
  return { kind: 'closed', gate: 'pins', image, ...refusal };
}

import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Candidate, ImageOutcome } from './candidates.ts';
import { editTexts } from './edit-texts.ts';
import { groupOf } from './groups.ts';

/**
 * Closes each image whose pins cannot be edited, so that this is known before anything is written. Edits that are
 * promoted together are tried together.
 */
export function closeUneditable(
  environments: Environments,
  { grouping }: Pick<Environment, 'grouping'>,
  texts: ReadonlyMap<string, string>,
  outcomes: readonly ImageOutcome[],
  whyUnwritable: (path: string) => string | undefined = () => undefined,
): readonly ImageOutcome[] {
  const found = outcomes.flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
  const groups = Map.groupBy(found, ({ image }) => groupOf(grouping, image));
  const refusals = new Map<string, PromoteError>();
  for (const { image, edits } of found) {
    const reason = edits.map(({ file }) => refusalOfPath(file, whyUnwritable(file))).find(Boolean);
    if (reason !== undefined) refusals.set(image, reason);
  }
  for (const members of groups.values()) {
    const together = refusalOf(environments, texts, members);
    if (together === undefined) continue;
    const alone = members.map(member => [member.image, refusalOf(environments, texts, [member])] as const);
    const isOfSome = alone.some(([, refusal]) => refusal !== undefined);
    for (const [image, refusal] of alone) {
      const reason = isOfSome ? refusal : together;
      if (reason !== undefined) refusals.set(image, reason);
    }
  }
  return outcomes.map(outcome => {
    const refusal = outcome.kind === 'candidate' ? refusals.get(outcome.candidate.image) : undefined;
    return outcome.kind === 'candidate' && refusal ? closed(outcome.candidate, refusal) : outcome;
  });
}

function refusalOfPath(file: string, reason: string | undefined): PromoteError | undefined {
  if (reason === undefined) return undefined;
  return new PromoteError('INVALID', `${JSON.stringify(file)} is never written: ${reason}`, {
    hint: 'rename the file, or leave it out of the environment’s `files`',
  });
}

function refusalOf(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
  members: readonly Candidate[],
): PromoteError | undefined {
  try {
    editTexts(environments, texts, members);
    return undefined;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return error;
    throw error;
  }
}

function closed({ image }: Candidate, { message: reason, hint = '' }: PromoteError): ImageOutcome {
  return { kind: 'closed', gate: 'pins', image, reason, hint };
}

import { isTicket, TICKET_FORM } from '../environments/tickets.ts';
import { PromoteError } from '../errors.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { NamedPlan } from '../plan/named-plan.ts';

/** Parses an image reference of the command line; throws `USAGE` if it is not valid. */
export function referenceArgument(text: string): Reference {
  return asArgument(() => parseReference(text));
}

/** Parses a digest of the command line; throws `USAGE` if it is not valid. */
export function digestArgument(text: string): Digest {
  return asArgument(() => parseDigest(text));
}

/** Parses a plan's digest, with `@` and the run's attempt if there was a later one; throws `USAGE`. */
export function namedPlanArgument(text: string): NamedPlan {
  const [, digest = text, attempt = '1'] = /^(.*)@([1-9]\d{0,8})$/.exec(text) ?? [];
  return { digest: digestArgument(digest), attempt: Number(attempt) };
}

/** Parses the key of a ticket; throws `USAGE` if it is not valid. */
export function ticketArgument(text: string): string {
  if (isTicket(text)) return text;
  throw new PromoteError('USAGE', `ticket ${JSON.stringify(text)}: expected ${TICKET_FORM}`);
}

/** Throws `USAGE` for invalid text that a person typed. The same text in a registry's answer is `INVALID`. */
function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'INVALID') throw error;
    throw new PromoteError('USAGE', error.message, { hint: error.hint, cause: error });
  }
}

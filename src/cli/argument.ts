import { isTicket, TICKET_FORM } from '../environments/tickets.ts';
import { PromoteError } from '../errors.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { NamedPlan } from '../plan/named-plan.ts';

/** An image reference of the command line; throws `USAGE` where it is none. */
export function referenceArgument(text: string): Reference {
  return asArgument(() => parseReference(text));
}

/** A digest of the command line; throws `USAGE` where it is none. */
export function digestArgument(text: string): Digest {
  return asArgument(() => parseDigest(text));
}

/** A plan's digest as a job's output names it, with `@` and a later attempt of its run; throws `USAGE`. */
export function namedPlanArgument(text: string): NamedPlan {
  const [, digest = text, attempt = '1'] = /^(.*)@([1-9]\d{0,8})$/.exec(text) ?? [];
  return { digest: digestArgument(digest), attempt: Number(attempt) };
}

/** The key of a ticket; throws `USAGE` where it is none. */
export function ticketArgument(text: string): string {
  if (isTicket(text)) return text;
  throw new PromoteError('USAGE', `ticket ${JSON.stringify(text)}: expected ${TICKET_FORM}`);
}

/** Text that a person typed is a usage error where the same text in a registry's answer is damage. */
function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'INVALID') throw error;
    throw new PromoteError('USAGE', error.message, { hint: error.hint, cause: error });
  }
}

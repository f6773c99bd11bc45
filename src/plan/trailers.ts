import { isTicket } from '../environments/tickets.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Requester } from './request.ts';

/** What a commit's message says about it: for display, never as proof. */
export interface Trailers {
  readonly environment?: string;
  readonly plan?: Digest;
  /** Everyone who asked, as the message says. */
  readonly requesters: readonly Requester[];
  /** Keys of the tickets that it names. */
  readonly tickets: readonly string[];
  /** `image@digest`, as written. */
  readonly images: readonly string[];
  /** Whether it says that it reverts other commits. */
  readonly reverts: boolean;
}

/** Reads promote's trailers anywhere in the message, since squashing moves them; the last one counts. */
export function readTrailers(message: string): Trailers {
  const found = Map.groupBy(message.matchAll(TRAILER), ([, name]) => name);
  const last = (name: string) => found.get(name)?.at(-1)?.[2];
  const [environment, plan] = [last('Environment'), last('Plan')];
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(plan !== undefined && isDigest(plan) ? { plan } : {}),
    requesters: (found.get('Requested-By') ?? []).map(([, , value = '']) => requesterIn(value)),
    tickets: (found.get('Ticket') ?? []).flatMap(([, , value = '']) => (isTicket(value) ? value : [])),
    images: (found.get('Image') ?? []).map(([, , value = '']) => value),
    reverts: REVERTS.test(message),
  };
}

/** The value of a trailer that names a requester: a login and, where it is known, the forge's id. */
export function requesterText({ name, id }: Requester): string {
  const login = name.replace(/\s+/g, ' ').trim();
  return id === undefined ? login : `${login} ${id}`;
}

function requesterIn(text: string): Requester {
  const [, name, id] = /^(\S.*) (\d+)$/.exec(text) ?? [];
  return name === undefined ? { name: text } : { name, id };
}

/** Whether a commit's message is Git's own for a merge of one branch into another. */
export function isMerge(message: string): boolean {
  return /^Merge (?:remote-tracking )?branch /.test(message);
}

const TRAILER = /^[ \t]*Promote-(Environment|Plan|Image|Requested-By|Ticket):[ \t]*(\S.*?)[ \t]*$/gm;

/** Git's own words, or the subject if several commits are reverted. */
const REVERTS = /^[ \t]*(?:This reverts commit [0-9a-f]{7,64}\b|Go back to |Roll back \S+: )/m;

import { type Digest, isDigest } from '../oci/digest.ts';

/** What a comment says about approval. `unclear`: it seems to approve, but not in the form that counts. */
export type Said =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'approves'; readonly digest: Digest }
  | { readonly kind: 'unclear' };

/** The default command at the start of a comment that approves. */
export const APPROVE = '/promote approve';

/**
 * Reads a comment as a command that approves a plan. It has to be the command and the whole digest alone. A
 * part of a digest does not count, since another plan could be made to begin with it. A quoted or hidden
 * command does not count.
 */
export function readApproval(text: string, command: string): Said {
  const alone = text.length <= MOST ? text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') : '';
  const space = alone.lastIndexOf(' ');
  const digest = alone.slice(space + 1);
  if (alone.slice(0, Math.max(space, 0)) === command && isDigest(digest)) return { kind: 'approves', digest };
  const begins = bare(command);
  const lines = text.slice(0, MOST).split(/[\r\n]+/);
  const seen = lines.map(line => line.replace(/\p{Cf}/gu, '').replace(/^[\s`*_/]+/, ''));
  return { kind: seen.some(line => bare(line.toLowerCase()).startsWith(begins)) ? 'unclear' : 'nothing' };
}

/** The most characters that are looked at: the longest command has a third of them. */
const MOST = 600;

/** The command without the characters that differ between forges. */
function bare(command: string): string {
  return command.replace(/^\//, '').replace(':', '');
}

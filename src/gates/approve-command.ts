import { type Digest, isDigest } from '../oci/digest.ts';

/** What a comment says about approval: `unclear`: it seems to approve, and does not say what in the one way that counts. */
export type Said =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'approves'; readonly digest: Digest }
  | { readonly kind: 'unclear' };

/** What a comment that approves begins with, where the forge does not say otherwise. */
export const APPROVE = '/promote approve';

/**
 * Reads a comment as a command that approves a plan. It is the command and the whole digest, alone. A part of a
 * digest does not count, since another plan could be made to begin with it. Nothing that quotes or hides the command
 * counts.
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

/** Without what tells one forge's command from another's. */
function bare(command: string): string {
  return command.replace(/^\//, '').replace(':', '');
}

import { PromoteError } from '../errors.ts';

/** Whom a commit names, as author or as committer. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** What is asked of one commit; what is absent is as the repository was opened. */
export interface CommitIdentity {
  readonly author?: Author | undefined;
  /** Absent: the author that is asked for. */
  readonly committer?: Author | undefined;
  readonly signOff?: boolean | undefined;
}

/** Who makes a repository's commits. */
export interface Identity extends CommitIdentity {
  readonly author: Author;
}

/** The identity of one commit. */
export function identityOf(
  { author, committer, signOff = false }: Identity,
  asked: CommitIdentity = {},
): { readonly author: Author; readonly committer: Author; readonly signOff: boolean } {
  const by = asked.author ?? author;
  const identity = {
    author: by,
    committer: asked.committer ?? asked.author ?? committer ?? author,
    signOff: asked.signOff ?? signOff,
  };
  assertAuthor(identity.author);
  assertAuthor(identity.committer);
  return identity;
}

/** Throws `CONFIGURATION` where name or e-mail cannot stand in a commit's header. */
export function assertAuthor({ name, email }: Author): void {
  if (name.trim() !== '' && !/[<>\x00-\x1f]/.test(name + email)) return;
  throw new PromoteError(
    'CONFIGURATION',
    `commit author ${JSON.stringify(`${name} <${email}>`)}: not a name and an e-mail`,
  );
}

/** A message as Git keeps it; with a name, signed off under it. https://developercertificate.org */
export function cleanMessage(message: string, signedOffBy?: Author | undefined): string {
  const text = message.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
  if (signedOffBy === undefined) return `${text}\n`;
  const trailer = `Signed-off-by: ${signedOffBy.name} <${signedOffBy.email}>`;
  const lines = text.split('\n');
  if (lines.includes(trailer)) return `${text}\n`;
  const follows = lines.length > 1 && /^[\w-]+: /.test(lines.at(-1) ?? '');
  return `${text}${follows ? '\n' : '\n\n'}${trailer}\n`;
}

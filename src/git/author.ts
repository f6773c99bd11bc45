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
  /** `forge`: the forge signs, and what it cannot sign is not made. */
  readonly sign?: SignCommit | 'forge' | undefined;
}

/** Signs a commit object, as it is without its signature; answers with an armoured signature. */
export type SignCommit = (payload: Buffer) => Promise<string>;

/** Who makes a repository's commits. */
export interface Identity extends Omit<CommitIdentity, 'sign'> {
  readonly author: Author;
  /** Whether Git's configuration has commits signed (`commit.gpgSign`), which takes its program. */
  readonly gpgSign?: boolean | undefined;
}

/** Who makes one commit. */
export interface CommitMakers {
  readonly author: Author;
  readonly committer: Author;
  readonly signOff: boolean;
  /** `git`: as Git's own configuration says. */
  readonly sign: SignCommit | 'git' | undefined;
}

/** Who makes one commit with Git. Throws `CONFIGURATION` for a name that can be none, and where a forge is to sign. */
export function identityOf(
  { author, committer, signOff = false, gpgSign = false }: Identity,
  asked: CommitIdentity = {},
): CommitMakers {
  const by = asked.author ?? author;
  if (asked.sign === 'forge') throw pushed();
  const identity = {
    author: by,
    committer: asked.committer ?? asked.author ?? committer ?? author,
    signOff: asked.signOff ?? signOff,
    sign: asked.sign ?? (gpgSign ? ('git' as const) : undefined),
  };
  assertAuthor(identity.author);
  assertAuthor(identity.committer);
  return identity;
}

function pushed(): PromoteError {
  return new PromoteError(
    'CONFIGURATION',
    'commits.signing: forge signs no commit here: it is pushed by Git, and only the API of GitHub signs',
    { hint: 'name a key: commits.signing.ssh or commits.signing.gpg' },
  );
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

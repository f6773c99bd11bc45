import { PromoteError } from '../errors.ts';

/** A person whom a commit names as author or committer. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** What one commit asks for. An absent field keeps the value that the repository was opened with. */
export interface CommitIdentity {
  readonly author?: Author | undefined;
  /** Absent: `author`, if that is given. */
  readonly committer?: Author | undefined;
  readonly signOff?: boolean | undefined;
  /** `forge`: the forge signs the commit, or no commit is made. */
  readonly sign?: SignCommit | 'forge' | undefined;
}

/** Signs a commit object that has no signature yet, and returns an armoured signature. */
export type SignCommit = (payload: Buffer) => Promise<string>;

/** Who makes a repository's commits. */
export interface Identity extends Omit<CommitIdentity, 'sign'> {
  readonly author: Author;
  /** Whether Git's configuration asks for signed commits (`commit.gpgSign`); ignored without `git`. */
  readonly gpgSign?: boolean | undefined;
}

/** Who makes one commit. */
export interface CommitMakers {
  readonly author: Author;
  readonly committer: Author;
  readonly signOff: boolean;
  /** `git`: Git signs as its own configuration says. */
  readonly sign: SignCommit | 'git' | undefined;
}

/** Who makes one commit. Throws `CONFIGURATION` for an invalid name or e-mail, or if a forge must sign it. */
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

/** Throws `CONFIGURATION` for a name or e-mail that a commit's header cannot hold. */
export function assertAuthor({ name, email }: Author): void {
  if (name.trim() !== '' && !/[<>\x00-\x1f]/.test(name + email)) return;
  throw new PromoteError(
    'CONFIGURATION',
    `commit author ${JSON.stringify(`${name} <${email}>`)}: not a name and an e-mail`,
  );
}

/** Cleans a message as Git does, and adds a sign-off if one is given. https://developercertificate.org */
export function cleanMessage(message: string, signedOffBy?: Author | undefined): string {
  const text = message.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
  if (signedOffBy === undefined) return `${text}\n`;
  const trailer = `Signed-off-by: ${signedOffBy.name} <${signedOffBy.email}>`;
  const lines = text.split('\n');
  if (lines.includes(trailer)) return `${text}\n`;
  const follows = lines.length > 1 && /^[\w-]+: /.test(lines.at(-1) ?? '');
  return `${text}${follows ? '\n' : '\n\n'}${trailer}\n`;
}

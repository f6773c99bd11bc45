import { PromoteError } from '../../errors.ts';
import { type Author, assertAuthor, type CommitIdentity, cleanMessage } from '../../git/author.ts';
import type { CommitRequest } from '../../git/repository.ts';
import type { GitHub } from './github.ts';

/** A commit whose tree is already written. */
interface WrittenCommit extends Pick<CommitRequest, 'as' | 'parent' | 'date' | 'message'> {
  readonly tree: string;
  /** A further parent, whose files are not used. */
  readonly second: string | undefined;
}

/** Whom a commit names; `undefined`: GitHub chooses. */
interface Named {
  readonly author: Author | undefined;
  readonly committer: Author | undefined;
}

/**
 * Whom a commit names, by the request and by how the repository was opened. Throws `CONFIGURATION` for an
 * invalid name, and for a commit that is signed here without an author: what GitHub fills in would break the
 * signature.
 */
export function namedBy(opened: CommitIdentity | undefined, as: CommitIdentity = {}): Named {
  // GitHub signs only commits that name nobody.
  if (as.sign === 'forge') return { author: undefined, committer: undefined };
  const author = as.author ?? opened?.author;
  const committer = as.committer ?? as.author ?? opened?.committer ?? author;
  for (const person of [author, committer]) if (person !== undefined) assertAuthor(person);
  if (as.sign === undefined || author !== undefined) return { author, committer };
  throw new PromoteError(
    'CONFIGURATION',
    'commits.signing: on GitHub a commit that is signed names its author',
    {
      hint: 'set commits.author to whom the key belongs to, or write `signing: forge`',
    },
  );
}

/**
 * Writes a commit of a tree, without a ref. GitHub signs a bot's commit only if it names neither author nor
 * committer. https://docs.github.com/en/rest/git/commits#create-a-commit
 */
export async function writeCommit(
  github: GitHub,
  opened: CommitIdentity | undefined,
  request: WrittenCommit,
): Promise<string> {
  const { as = {}, tree, parent, second, date } = request;
  const parents = [parent, ...(second === undefined ? [] : [second])];
  const { sign } = as;
  const { author, committer = author } = namedBy(opened, as);
  const at = { date: date.toISOString() };
  const write = async (message: string) => {
    const payload = author && committer && payloadOf({ tree, parents, author, committer, date, message });
    const signature =
      payload === undefined || typeof sign !== 'function' ? undefined : await sign(Buffer.from(payload));
    const made = await github.ask('write a commit', ({ rest }) =>
      rest.git.createCommit({
        ...github.place,
        message,
        tree,
        parents,
        ...(author && { author: { ...author, ...at } }),
        ...(committer && { committer: { ...committer, ...at } }),
        ...(signature !== undefined && { signature }),
      }),
    );
    if (signature !== undefined) assertSigned(github, made.verification, payload);
    return made;
  };
  const made =
    (as.signOff ?? opened?.signOff)
      ? await writeSignedOff(request.message, author, write)
      : await write(cleanMessage(request.message));
  if (sign === 'forge' && !made.verification.verified) throw unsigned(github, made.verification.reason);
  return made.sha;
}

/** GitHub shows whom it names only in a commit, so a first one is written; no ref names it. */
async function writeSignedOff<Made extends { readonly author: Author }>(
  message: string,
  stated: Author | undefined,
  write: (message: string) => Promise<Made>,
): Promise<Made> {
  const { name, email } = stated ?? (await write(cleanMessage(message))).author;
  return await write(cleanMessage(message, { name, email }));
}

/** The commit as Git has it, without its signature. */
function payloadOf({
  tree,
  parents,
  author,
  committer,
  date,
  message,
}: {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Author;
  readonly committer: Author;
  readonly date: Date;
  readonly message: string;
}): string {
  const by = ({ name, email }: Author) => `${name} <${email}> ${Math.floor(date.getTime() / 1000)} +0000`;
  const before = parents.map(parent => `parent ${parent}`);
  const headers = [`tree ${tree}`, ...before, `author ${by(author)}`, `committer ${by(committer)}`];
  return `${headers.join('\n')}\n\n${message}`;
}

interface Verification {
  readonly verified: boolean;
  readonly reason: string;
  readonly payload: string | null;
}

/** Throws `GIT` unless GitHub wrote what was signed. GitHub may not know the key; then there is a notice. */
function assertSigned(
  github: GitHub,
  { verified, reason, payload }: Verification,
  signed: string | undefined,
) {
  if (payload !== signed) {
    throw new PromoteError(
      'GIT',
      `write a commit of ${github.name}: GitHub wrote another one than was signed`,
      {
        hint: 'nothing refers to it; write `signing: forge`, or name author and committer as GitHub keeps them',
      },
    );
  }
  if (verified) return;
  github.notice(
    `GitHub does not show the commit's signature as verified (${reason}). Add the public key to the account of the committer, under Settings, SSH and GPG keys`,
  );
}

function unsigned(github: GitHub, reason: string): PromoteError {
  return new PromoteError(
    'FORBIDDEN',
    `write a commit of ${github.name}: GitHub has not signed it (${reason})`,
    {
      hint: "GitHub signs what an App or the job's own token commits, and nothing of a person's token. Use one of those, or name a key in commits.signing.ssh",
    },
  );
}

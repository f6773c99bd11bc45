import { type Author, assertAuthor, type CommitIdentity, cleanMessage } from '../../git/author.ts';
import type { CommitRequest } from '../../git/repository.ts';
import type { GitHub } from './github.ts';

/**
 * Writes a commit of a tree, which no ref names yet. GitHub signs a bot's commit only where it names neither author nor
 * committer. https://docs.github.com/en/rest/git/commits#create-a-commit
 */
export async function writeCommit(
  github: GitHub,
  opened: CommitIdentity | undefined,
  request: CommitRequest,
  tree: string,
): Promise<string> {
  const { as = {}, parent, date } = request;
  const author = as.author ?? opened?.author;
  const committer = as.committer ?? as.author ?? opened?.committer ?? author;
  const at = { date: date.toISOString() };
  const write = async (message: string) => {
    for (const person of [author, committer]) if (person !== undefined) assertAuthor(person);
    return await github.ask('write a commit', ({ rest }) =>
      rest.git.createCommit({
        ...github.place,
        message,
        tree,
        parents: [parent],
        ...(author && { author: { ...author, ...at } }),
        ...(committer && { committer: { ...committer, ...at } }),
      }),
    );
  };
  if (!(as.signOff ?? opened?.signOff)) return (await write(cleanMessage(request.message))).sha;
  if (author !== undefined) return (await write(cleanMessage(request.message, author))).sha;
  // GitHub alone knows whom it names, so the first one asks; nothing refers to it.
  const named = await write(cleanMessage(request.message));
  return (await write(cleanMessage(request.message, personIn(named.author)))).sha;
}

function personIn({ name, email }: Author): Author {
  return { name, email };
}

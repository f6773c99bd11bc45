import { PromoteError } from '../../errors.ts';
import type { Author } from '../author.ts';
import type { FileChange, NewCommit } from '../objects.ts';
import { type GitContext, runGit } from './run.ts';

/**
 * Writes a commit by one `git fast-import`. It reads only the trees on the changed paths, writes objects whole or not
 * at all, and knows every repository format (https://git-scm.com/docs/git-fast-import).
 */
export async function importCommit(context: GitContext, commit: NewCommit): Promise<string> {
  const output = await runGit(context, ['fast-import', '--quiet', '--date-format=raw'], importStream(commit));
  const name = output.toString().trim();
  if (name.length === commit.parent.length) return name;
  throw new PromoteError(
    'GIT',
    `git fast-import in ${context.directory}: expected a commit's name, got ${name.slice(0, 100)}`,
  );
}

// fast-import requires a branch. This one is reset before the stream ends, so it is never written.
const SCRATCH = 'refs/promote/unwritten';

function importStream({ parent, second, changes, message, author, committer, date }: NewCommit): string {
  const by = ({ name, email }: Author) => `${name} <${email}> ${Math.floor(date.getTime() / 1000)} +0000`;
  return [
    'feature done',
    `commit ${SCRATCH}`,
    'mark :1',
    `author ${by(author)}`,
    `committer ${by(committer)}`,
    data(message),
    `from ${parent}`,
    ...(second === undefined ? [] : [`merge ${second}`]),
    ...changes.map(modify),
    `reset ${SCRATCH}`,
    `from ${'0'.repeat(parent.length)}`,
    '',
    'get-mark :1',
    'done',
    '',
  ].join('\n');
}

function modify({ path, mode, text }: FileChange): string {
  return `M ${mode} inline "${path.replaceAll(/["\\]/g, '\\$&')}"\n${data(text)}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

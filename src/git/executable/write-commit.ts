import type { NewCommit } from '../objects.ts';
import { withSignature } from '../signing/signed-commit.ts';
import { importCommit } from './fast-import.ts';
import { type GitContext, runGit } from './run.ts';

/** Writes a commit, and signs it as `commit.sign` says. */
export async function writeSignedCommit(context: GitContext, commit: NewCommit): Promise<string> {
  const unsigned = await importCommit(context, commit);
  const { sign } = commit;
  if (sign === undefined) return unsigned;
  const payload = await runGit(context, ['cat-file', 'commit', unsigned]);
  if (sign === 'git') return await signAsConfigured(context, commit, payload.toString());
  const signed = withSignature(payload, await sign(payload), unsigned.length === 64);
  const written = await runGit(context, ['hash-object', '-t', 'commit', '-w', '--stdin'], signed);
  return written.toString().trim();
}

/** `commit-tree` reads all signing settings except `commit.gpgSign`, so `-S` asks for the signature. */
async function signAsConfigured(
  context: GitContext,
  { parent, second, message, author, committer, date }: NewCommit,
  payload: string,
): Promise<string> {
  const tree = /^tree ([0-9a-f]+)$/m.exec(payload)?.[1] ?? '';
  const at = `@${Math.floor(date.getTime() / 1000)} +0000`;
  const env = {
    ...context.env,
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: at,
  };
  const also = second === undefined ? [] : ['-p', second];
  const args = ['commit-tree', '-S', tree, '-p', parent, ...also, '-F', '-'];
  return (await runGit({ ...context, env }, args, message)).toString().trim();
}

import type { FileChange } from '../objects.ts';
import type { WorkingTree } from '../working-tree.ts';
import { pathBatches } from './path-batches.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** The working tree that has the ref checked out: this one or a linked one. */
export async function findWorkingTree(context: GitContext, ref: string): Promise<WorkingTree | undefined> {
  const listed = await runGit(context, ['worktree', 'list', '--porcelain']);
  const found = listed
    .toString()
    .split('\n\n')
    .map(block => block.split('\n'))
    .find(block => block.includes(`branch ${ref}`) && !block.some(line => /^(bare|prunable)\b/.test(line)));
  const directory = found?.find(line => line.startsWith('worktree '))?.slice('worktree '.length);
  return directory === undefined ? undefined : workingTree({ ...context, directory });
}

function workingTree(context: GitContext): WorkingTree {
  return {
    directory: context.directory,
    indexed: paths => readIndex(context, paths),
    async hashed(paths) {
      const hashes = await runGit(
        context,
        ['hash-object', '--stdin-paths'],
        paths.map(path => `${path}\n`).join(''),
      );
      const names = hashes.toString().split('\n');
      return new Map(paths.map((path, index) => [path, names[index] ?? '']));
    },
    contents: changes => smudge(context, changes),
    sparse: changes => leftOut(context, changes),
    async leaveOut(paths) {
      const listed = paths.map(path => `${path}\0`).join('');
      await runGit(context, ['update-index', '--skip-worktree', '-z', '--stdin'], listed);
    },
    async index(changes, isWritten) {
      const paths = changes.map(({ path }) => `${path}\0`).join('');
      if (isWritten) await runGit(context, ['update-index', '-z', '--stdin'], paths);
      else await runGit(context, ['update-index', '-z', '--index-info'], changes.map(indexLine).join(''));
    },
  };
}

async function readIndex(
  context: GitContext,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const lines: string[] = [];
  for (const some of pathBatches(paths)) {
    const listed = await runGit(context, ['ls-files', '--stage', '-z', '--', ...some]);
    lines.push(...listed.toString().split('\0').slice(0, -1));
  }
  return new Map(
    lines.map(line => {
      const [, blob = '', stage] = line.slice(0, line.indexOf('\t')).split(' ');
      return [line.slice(line.indexOf('\t') + 1), stage === '0' ? blob : 'conflict'];
    }),
  );
}

/** Files that the index marks as left out, or has as new already: a killed run leaves them unmarked. */
async function leftOut(context: GitContext, changes: readonly FileChange[]): Promise<ReadonlySet<string>> {
  const setting = await tryGit(context, ['config', '--bool', 'core.sparseCheckout']);
  if (setting.stdout.toString().trim() !== 'true') return new Set();
  const paths = changes.map(({ path }) => path);
  const marked: string[] = [];
  for (const some of pathBatches(paths)) {
    const listed = (await runGit(context, ['ls-files', '-t', '-z', '--', ...some])).toString();
    marked.push(...listed.split('\0').flatMap(line => (line.startsWith('S ') ? line.slice(2) : [])));
  }
  const indexed = await readIndex(context, paths);
  const isNew = changes.filter(({ path, after }) => indexed.get(path) === after).map(({ path }) => path);
  return new Set([...marked, ...isNew]);
}

// One process a file: `cat-file --batch` prints sizes before filtering, so filtered output cannot be split.
async function smudge(context: GitContext, changes: readonly FileChange[]): Promise<readonly Uint8Array[]> {
  const contents: Uint8Array[] = [];
  for (const { path, after } of changes) {
    contents.push(await runGit(context, ['cat-file', '--filters', `--path=${path}`, after]));
  }
  return contents;
}

function indexLine({ path, mode, after }: FileChange): string {
  return `${mode} ${after}\t${path}\0`;
}

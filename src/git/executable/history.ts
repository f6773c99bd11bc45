import { readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { ifPresent } from '../../errors.ts';
import { gitFailure, historyCut } from '../failure.ts';
import { regularMode } from '../objects.ts';
import type { HistoryBounds, HistoryEntry } from '../repository.ts';
import { type GitContext, runGit, startGit } from './run.ts';

/**
 * Streams the first-parent history of the files that match; a merge shows its changes to its first parent.
 * Throws `GIT` where a shallow history is cut; the file `shallow` lists the commits where it is.
 */
export async function* readHistory(
  context: GitContext,
  commit: string,
  matches: (path: string) => boolean,
  shallow: string,
  { earlierOnly = false }: HistoryBounds = {},
): AsyncGenerator<HistoryEntry> {
  // A complete repository has no file `shallow`.
  const cut = new Set((await ifPresent(readFile(shallow, 'utf8')))?.split('\n'));
  const log = startGit(context, [...LOG, ...(earlierOnly ? [] : ['--root']), commit, '--']);
  log.child.stdin.end();
  try {
    for await (const entry of parseLog(tokens(log.child.stdout), matches)) {
      // Git does not know the parents of a shallow clone's last commit, nor what that commit changed.
      if (cut.has(entry.commit)) throw historyCut(entry.commit);
      if (entry.changes.length > 0) yield entry;
    }
    const { code, stderr } = await log.ended;
    if (code !== 0) throw gitFailure(`git log ${commit} in ${context.directory}`, stderr, context.secrets);
  } finally {
    log.stop();
  }
}

const LOG: readonly string[] = [
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-show-signature',
  '--no-notes',
  '--no-mailmap',
  '--encoding=UTF-8',
  '-z',
  '--format=tformat:%x01%H%x00%ct%x00%an <%ae>%x00%B',
];

/** Finds the file in which Git lists the last commits of a shallow history; asks Git once. */
export function shallowFile(context: GitContext): () => Promise<string> {
  let located: Promise<string> | undefined;
  return () => {
    located ??= runGit(context, ['rev-parse', '--path-format=absolute', '--git-path', 'shallow']).then(
      printed => printed.toString().replace(/\n$/, ''),
    );
    return located;
  };
}

async function* tokens(output: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of output) {
    const parts = (rest + decoder.write(chunk)).split('\0');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

async function* parseLog(
  parts: AsyncGenerator<string>,
  matches: (path: string) => boolean,
): AsyncGenerator<HistoryEntry> {
  const next = async () => String((await parts.next()).value ?? '');
  let entry: (HistoryEntry & { readonly changes: Change[] }) | undefined;
  for (let part = await next(); part !== ''; part = await next()) {
    if (part.startsWith('\x01')) {
      if (entry !== undefined) yield entry;
      const [seconds, author, message] = [await next(), await next(), await next()];
      entry = { commit: part.slice(1), date: new Date(Number(seconds) * 1000), author, message, changes: [] };
    } else {
      const path = await next();
      const change = matches(path) ? parseChange(part.trimStart(), path) : undefined;
      if (change !== undefined) entry?.changes.push(change);
    }
  }
  if (entry !== undefined) yield entry;
}

type Change = HistoryEntry['changes'][number];

/** Parses `:100644 100644 <before> <after> M`; only regular files have a before and an after. */
function parseChange(raw: string, path: string): Change | undefined {
  const [modeBefore, modeAfter, blobBefore, blobAfter] = raw.slice(1).split(' ');
  const before = regularMode(modeBefore) && blobBefore;
  const after = regularMode(modeAfter) && blobAfter;
  if (before === after) return undefined;
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

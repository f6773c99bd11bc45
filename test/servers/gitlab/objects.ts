import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** An object of a repository (https://git-scm.com/docs/gitformat-loose, its names in hexadecimal). */
export interface GitObject {
  readonly kind: string;
  readonly body: Buffer;
}

/** An entry of a tree, with its path from where the listing began. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  readonly path: string;
}

/** A commit, as far as a forge shows it. */
export interface GitCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** When it was committed, in UTC. */
  readonly date: string;
  readonly message: string;
}

/**
 * Reads objects of a bare repository without starting a program, as a server is asked for dozens in a run. What is
 * not stored loose is asked of Git.
 */
export function readObject(bare: string, id: string): GitObject | undefined {
  if (!/^[0-9a-f]{40}$/.test(id)) return undefined;
  const path = join(bare, 'objects', id.slice(0, 2), id.slice(2));
  if (!existsSync(path)) return readPacked(bare, id);
  const bytes = inflateSync(readFileSync(path));
  const end = bytes.indexOf(0);
  return { kind: bytes.toString('latin1', 0, bytes.indexOf(' ')), body: bytes.subarray(end + 1) };
}

function readPacked(bare: string, id: string): GitObject | undefined {
  const options = { input: `${id}\n`, env: { PATH: process.env.PATH }, maxBuffer: 64 * 1024 * 1024 };
  const bytes = execFileSync('git', ['-C', bare, 'cat-file', '--batch'], options);
  const end = bytes.indexOf('\n');
  const [, kind = '', size] = bytes.toString('latin1', 0, end).split(' ');
  return size === undefined ? undefined : { kind, body: bytes.subarray(end + 1, end + 1 + Number(size)) };
}

/** A commit by its name. */
export function readCommit(bare: string, id: string): GitCommit | undefined {
  const object = readObject(bare, id);
  if (object?.kind !== 'commit') return undefined;
  const text = object.body.toString();
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const valuesOf = (name: string) =>
    lines.filter(line => line.startsWith(`${name} `)).map(line => line.slice(name.length + 1));
  const [, author = '', email = ''] = /^(.*) <(.*)> \d+ /.exec(valuesOf('author')[0] ?? '') ?? [];
  const [, seconds] = /> (\d+) [+-]\d{4}$/.exec(valuesOf('committer')[0] ?? '') ?? [];
  return {
    id,
    tree: valuesOf('tree')[0] ?? '',
    parents: valuesOf('parent'),
    author,
    email,
    date: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '+00:00'),
    message: text.slice(end + 2),
  };
}

/** A commit and its first parents, newest first. */
export function firstParents(bare: string, id: string): readonly GitCommit[] {
  const commit = readCommit(bare, id);
  if (commit === undefined) return [];
  const [parent] = commit.parents;
  return [commit, ...(parent === undefined ? [] : firstParents(bare, parent))];
}

/** The entries of a commit's directory, those of its directories too where asked; `undefined`: no such directory. */
export function listTree(
  bare: string,
  commit: string,
  path: string,
  isRecursive: boolean,
): readonly TreeEntry[] | undefined {
  let id = readCommit(bare, commit)?.tree;
  for (const name of path.split('/').filter(part => part !== '')) {
    id = entriesOf(bare, id ?? '').find(entry => entry.path === name && entry.type === 'tree')?.id;
  }
  return id === undefined ? undefined : entriesBelow(bare, id, path === '' ? '' : `${path}/`, isRecursive);
}

/** A file's text at a commit; empty where it is not there. */
export function fileAt(bare: string, commit: string | undefined, path: string): string {
  const folder = path.split('/').slice(0, -1).join('/');
  const entries = commit === undefined ? [] : listTree(bare, commit, folder, false);
  const found = entries?.find(entry => entry.path === path);
  return (found && readObject(bare, found.id)?.body.toString()) ?? '';
}

function entriesBelow(bare: string, id: string, prefix: string, isRecursive: boolean): readonly TreeEntry[] {
  return entriesOf(bare, id).flatMap(entry => {
    const below = { ...entry, path: `${prefix}${entry.path}` };
    return isRecursive && entry.type === 'tree'
      ? [below, ...entriesBelow(bare, entry.id, `${below.path}/`, true)]
      : [below];
  });
}

/** What is directly in a tree, by its own name. */
export function entriesOf(bare: string, id: string): readonly TreeEntry[] {
  const object = id === '' ? undefined : readObject(bare, id);
  if (object?.kind !== 'tree') return [];
  const entries: TreeEntry[] = [];
  for (let at = 0; at < object.body.length; ) {
    const end = object.body.indexOf(0, at);
    const [mode = '', ...name] = object.body.toString('utf8', at, end).split(' ');
    const type = mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    const hash = object.body.toString('hex', end + 1, end + 21);
    entries.push({ mode: mode.padStart(6, '0'), type, id: hash, path: name.join(' ') });
    at = end + 21;
  }
  return entries;
}

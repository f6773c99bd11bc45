import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { entriesOf, type GitObject, type TreeEntry } from './objects.ts';

/** What lies at a path: its mode, and the name of its object. */
type Entry = Pick<TreeEntry, 'mode' | 'id'>;

const PERSON = 'Forge <forge@example.com>';

/** Stores an object of a bare repository as Git does (https://git-scm.com/docs/gitformat-loose); answers its name. */
export function writeObject(bare: string, { kind, body }: GitObject): string {
  const bytes = Buffer.concat([Buffer.from(`${kind} ${body.length}\0`), body]);
  const id = createHash('sha1').update(bytes).digest('hex');
  const path = join(bare, 'objects', id.slice(0, 2), id.slice(2));
  if (!existsSync(path)) replace(bare, path, deflateSync(bytes));
  return id;
}

/** Stores a tree, with other entries at these paths; answers its name. */
export function writeTree(
  bare: string,
  before: string | undefined,
  edits: ReadonlyMap<string, Entry>,
): string {
  const entries = new Map(entriesOf(bare, before ?? '').map(({ path, mode, id }) => [path, { mode, id }]));
  const below = new Map<string, Map<string, Entry>>();
  for (const [path, entry] of edits) {
    const [name = '', ...rest] = path.split('/');
    if (rest.length === 0) entries.set(name, entry);
    else below.set(name, (below.get(name) ?? new Map()).set(rest.join('/'), entry));
  }
  for (const [name, inside] of below) {
    const old = entries.get(name);
    entries.set(name, { mode: TREE, id: writeTree(bare, old?.mode === TREE ? old.id : undefined, inside) });
  }
  const sorted = [...entries].map(([name, entry]) => ({ name: Buffer.from(name), ...entry }));
  sorted.sort((one, other) => Buffer.compare(sortedBy(one), sortedBy(other)));
  const lines = sorted.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode.replace(/^0/, '')} `),
    name,
    Buffer.of(0),
    Buffer.from(id, 'hex'),
  ]);
  return writeObject(bare, { kind: 'tree', body: Buffer.concat(lines) });
}

const TREE = '040000';

/** A folder is sorted as if its name ended with a slash. */
function sortedBy({ name, mode }: { readonly name: Buffer; readonly mode: string }): Buffer {
  return mode === TREE ? Buffer.concat([name, Buffer.from('/')]) : name;
}

/** Stores a commit by the forge itself, and has the branch point at it; answers its name. */
export function writeCommit(
  bare: string,
  branch: string,
  {
    tree,
    parent,
    message,
  }: { readonly tree: string; readonly parent: string | undefined; readonly message: string },
): string {
  const now = `${PERSON} ${Math.floor(Date.now() / 1000)} +0000`;
  const lines = [
    `tree ${tree}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `author ${now}`,
    `committer ${now}`,
    '',
    message,
  ];
  const commit = writeObject(bare, { kind: 'commit', body: Buffer.from(lines.join('\n')) });
  replace(bare, join(bare, 'refs/heads', branch), Buffer.from(`${commit}\n`));
  return commit;
}

/** Nobody reads half a file. */
function replace(bare: string, path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const half = join(bare, `half-${process.pid}-${process.hrtime.bigint()}`);
  writeFileSync(half, bytes);
  renameSync(half, path);
}

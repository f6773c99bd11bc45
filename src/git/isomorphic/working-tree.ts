import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashBlob, STAGE, updateIndex, type WalkerEntry, walk } from 'isomorphic-git';
import { ifPresent } from '../../errors.ts';
import { pathAndAncestors } from '../changes.ts';
import type { WorkingTree } from '../working-tree.ts';
import { needsGit } from './checkout.ts';
import { withFileLock } from './lock.ts';
import type { ObjectStore } from './object-store.ts';

/** A repository's main working tree. Bytes are not converted: filters and line endings need `git`. */
export function workingTree(store: ObjectStore, directory: string): WorkingTree {
  return {
    directory,
    indexed: paths => readIndex(store, directory, paths),
    async hashed(paths) {
      const hashed = paths.map(async path => {
        const { oid } = await hashBlob({ object: await readFile(join(directory, path)) });
        return [path, oid] as const;
      });
      return new Map(await Promise.all(hashed));
    },
    sparse: async () => new Set(),
    leaveOut: async () => {},
    contents: async changes => changes.map(({ text }) => Buffer.from(text)),
    async index(changes, isWritten) {
      const where = { fs: store.fs, gitdir: store.gitdir, dir: directory, cache: {}, add: true };
      await withFileLock(join(store.gitdir, 'index'), async () => {
        for (const { path, mode, after } of changes) {
          const entry = isWritten ? {} : { oid: after, mode: Number.parseInt(mode, 8) };
          await updateIndex({ ...where, filepath: path, ...entry });
        }
      });
    },
  };
}

async function readIndex(
  store: ObjectStore,
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await assertIndexVersion(store.gitdir);
  const wanted = new Set(['.', ...paths.flatMap(pathAndAncestors)]);
  const found = new Map<string, string>();
  const map = async (path: string, [entry]: (WalkerEntry | null)[]) => {
    if (!wanted.has(path)) return null;
    const oid = await entry?.oid();
    if (oid !== undefined) found.set(path, oid);
    return path;
  };
  await walk({ fs: store.fs, gitdir: store.gitdir, dir: directory, cache: {}, trees: [STAGE()], map });
  return found;
}

async function assertIndexVersion(gitdir: string): Promise<void> {
  const file = await ifPresent(open(join(gitdir, 'index')));
  if (file === undefined) return;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const version = bytesRead < 8 ? 0 : buffer.readUInt32BE(4);
    if (version !== 2 && version !== 3) throw needsGit(gitdir, `its index has version ${version}`);
  } finally {
    await file.close();
  }
}

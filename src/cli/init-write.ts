import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withSystem } from '../errors.ts';
import { type EntryToAdd, withEntries } from '../plan/init/add-images.ts';
import { type Deployed, findDeployed } from '../plan/init/deployed.ts';
import { clusterObjects } from '../plan/init/objects.ts';
import { sameCommand } from '../plan/invocation.ts';
import { repositoryAddress } from '../plan/repository-address.ts';
import type { Report } from '../reports/document.ts';
import type { Format } from '../reports/render.ts';
import type { CiChoice, ProposedCi } from './init-ci.ts';
import type { Io } from './io.ts';
import { shown } from './print.ts';
import { DEFAULT_FILE } from './program/options.ts';

/** The options of `promote init`. */
export interface InitOptions extends CiChoice {
  readonly format: Format;
  readonly yes: boolean;
  readonly generateKey?: string | undefined;
}

/** The repository that `promote init` sets up. */
export interface InitRepository {
  readonly root: string;
  /** The texts of its deployment files, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The texts of its JSON files, which may hold parameters of an ApplicationSet. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The paths of all its files. */
  readonly paths: ReadonlySet<string>;
  /** The URL of its remote. */
  readonly origin: string | undefined;
}

/** What the objects of Argo CD and Flux say about the repository's own directories. */
export function deployedIn({ texts, parameters, origin }: InitRepository): Deployed {
  const own = origin === undefined ? undefined : repositoryAddress(origin);
  const isOwn = (address: string) => own === undefined || repositoryAddress(address) === own;
  return findDeployed(clusterObjects(texts), new Map([...parameters, ...texts]), isOwn);
}

/** Shows what would be written, and asks a person to agree. */
export async function mayWrite(
  io: Io,
  ask: NonNullable<Io['ask']>,
  report: Report,
  writes: readonly string[],
): Promise<boolean> {
  const what = writes.length === 1 ? writes[0] : `${writes.length} files`;
  if ((await ask(`${shown(io, io.stderr, report)}Write ${what}?`)) === true) return true;
  io.stderr.write('nothing was written\n');
  return false;
}

/** What is written besides a key pair; a text that is absent is not changed. */
interface Found {
  readonly text: string | undefined;
  readonly additions: ReadonlyMap<string, readonly EntryToAdd[]>;
  readonly ci: ProposedCi;
  /** Whether the environments file exists and gets additions. */
  readonly again?: boolean;
}

/** Writes the files. An existing file is overwritten only to add to it. */
export async function writeFound(
  { root, texts }: InitRepository,
  { text, additions, ci, again = false }: Found,
): Promise<void> {
  await withSystem('init', async () => {
    if (text !== undefined) await writeFile(join(root, DEFAULT_FILE), text, { flag: again ? 'w' : 'wx' });
    for (const [file, entries] of additions)
      await writeFile(join(root, file), withEntries(texts.get(file) ?? '', entries));
    if (ci.path === undefined || ci.text === undefined) return;
    await mkdir(dirname(join(root, ci.path)), { recursive: true });
    await writeFile(join(root, ci.path), ci.text, { flag: 'wx' });
  });
}

/** The command that commits the written files. */
export function commitCommand(writes: readonly string[], message: string): string {
  const add = sameCommand({ words: writes, options: [] }).replace(/^promote /, '');
  return `git add ${add} && git commit --message '${message}'`;
}

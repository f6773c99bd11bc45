import { dirname, join, resolve } from 'node:path';
import { fixUnpinned } from '../commands/lint-fix.ts';
import type { Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError, withSystem } from '../errors.ts';
import { openGitRepository } from '../git/open.ts';
import { writeWholeFile } from '../git/write-file.ts';
import type { Finding } from '../plan/check.ts';
import { lint } from '../plan/lint/lint.ts';
import { repositoryAddress } from '../plan/repository-address.ts';
import type { Effects } from '../run/effects.ts';
import { findCheckout } from './environments-file.ts';
import { gitSettings } from './git.ts';
import type { Io } from './io.ts';
import { readWorkingTree } from './working-tree.ts';

/** The options of `promote check --lint`; `fix` asks registries which digest each tag names. */
export interface LintRequest {
  readonly file: string;
  readonly environments: Environments;
  readonly fix?: Pick<Effects, 'store'> | undefined;
}

/** Lints the working tree of the environments file; without that file, of the current directory. */
export async function lintTree(
  io: Io,
  { file, environments, fix }: LintRequest,
): Promise<readonly Finding[]> {
  const directory = file.includes('//') ? undefined : findCheckout(dirname(resolve(io.cwd, file)));
  const checkout = directory ?? findCheckout(io.cwd) ?? io.cwd;
  const owned = (path: string) => environments.environments.some(known => ownsFile(known, path));
  const files = await readWorkingTree(checkout, owned);
  const address = repositoryAddress((await remoteOf(io, checkout)) ?? '');
  const found = lint(environments, files, repository => repositoryAddress(repository) === address);
  if (fix === undefined) return found.findings;
  const { findings, texts } = await fixUnpinned(fix, environments, found, files);
  await withSystem('write what --fix has pinned', async () => {
    for (const [path, text] of texts) await writeWholeFile(join(checkout, path), text);
  });
  return findings;
}

/** The URL of a checkout's remote; `undefined` if it has none or Git does not know it. */
async function remoteOf(io: Io, directory: string): Promise<string | undefined> {
  try {
    const repository = await openGitRepository({
      location: { kind: 'checkout', directory },
      ...gitSettings(io),
    });
    await repository.close();
    return repository.name;
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

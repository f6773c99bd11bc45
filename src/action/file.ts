import { dirname, relative, resolve, sep } from 'node:path';
import { getInput } from '@actions/core';
import { findCheckout } from '../cli/environments-file.ts';
import type { Io } from '../cli/io.ts';

/**
 * The environments file that the step names. A plain path outside of any checkout is a path in the workflow's
 * own repository, at the head of its default branch.
 */
export function environmentsFile({ cwd, env }: Io): string {
  const file = getInput('file');
  const home = ownRepository(env);
  if (file.includes('//') || home === undefined) return file;
  return findCheckout(dirname(resolve(cwd, file))) === undefined ? `${home}//${file}` : file;
}

/**
 * The file's path in the workflow's own repository. `undefined` if it is in another one, such as a checkout
 * below the workspace.
 */
export function pathInRepository(file: string, { cwd, env }: Pick<Io, 'cwd' | 'env'>): string | undefined {
  if (file.includes('//')) {
    const home = `${ownRepository(env)}//`;
    return file.startsWith(home) ? file.slice(home.length).replace(/@[^@]*$/, '') : undefined;
  }
  const path = resolve(cwd, file);
  const workspace = resolve(env.GITHUB_WORKSPACE || cwd);
  if (findCheckout(dirname(path)) !== workspace) return undefined;
  return relative(workspace, path).split(sep).join('/');
}

function ownRepository({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: name,
}: Io['env']): string | undefined {
  return server && name ? `${server}/${name}` : undefined;
}

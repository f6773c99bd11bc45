import { dirname, resolve } from 'node:path';
import { getInput } from '@actions/core';
import { findCheckout } from '../cli/environments-file.ts';
import type { Io } from '../cli/io.ts';

/**
 * The environments file that the step names. A plain path that lies in no checkout is one in the workflow's own
 * repository, at the head of its default branch.
 */
export function environmentsFile({ cwd, env }: Io): string {
  const file = getInput('file');
  const home = ownRepository(env);
  if (file.includes('//') || home === undefined) return file;
  return findCheckout(dirname(resolve(cwd, file))) === undefined ? `${home}//${file}` : file;
}

/** Where the file lies in the workflow's own repository; `undefined` where it is another's. */
export function pathInRepository(file: string, env: Io['env']): string | undefined {
  if (!file.includes('//')) return file;
  const home = `${ownRepository(env)}//`;
  return file.startsWith(home) ? file.slice(home.length).replace(/@[^@]*$/, '') : undefined;
}

function ownRepository({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: name,
}: Io['env']): string | undefined {
  return server && name ? `${server}/${name}` : undefined;
}

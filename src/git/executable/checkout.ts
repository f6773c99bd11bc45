import { gitFailure } from '../failure.ts';
import type { Follows } from '../options.ts';
import { chooseUpstream, type Upstream } from '../upstream.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** What decides how a checkout is read and written. */
export interface Checkout {
  /** The branch that HEAD stands for, `undefined` where HEAD is detached. */
  readonly branch: string | undefined;
  readonly upstream: (Upstream & { readonly fetchUrl: string; readonly pushUrl: string }) | undefined;
}

/** Reads a checkout's state; throws `NOT_FOUND` where the directory is in no repository. */
export async function readCheckout(context: GitContext, follows: Follows): Promise<Checkout> {
  const head = await readHead(context);
  const branch = head?.startsWith('refs/heads/') ? head.slice('refs/heads/'.length) : undefined;
  const tracking = follows === 'remote' ? undefined : branch;
  const setting = (key: string) => ask(context, ['config', '--get', `branch.${tracking}.${key}`]);
  const remotes = await ask(context, ['remote']);
  if (remotes === undefined) return { branch, upstream: undefined };
  const upstream = chooseUpstream({
    remotes: remotes.split('\n'),
    remote: tracking && (await setting('remote')),
    merge: tracking && (await setting('merge')),
  });
  if (upstream === undefined) return { branch, upstream };
  const address = async (...options: string[]) =>
    (await runGit(context, ['remote', 'get-url', ...options, '--', upstream.remote])).toString().trim();
  return { branch, upstream: { ...upstream, fetchUrl: await address(), pushUrl: await address('--push') } };
}

/** Where HEAD is detached Git ends with 1 and says nothing. */
async function readHead(context: GitContext): Promise<string | undefined> {
  const args = ['symbolic-ref', '--quiet', 'HEAD'];
  const { code, stdout, stderr } = await tryGit(context, args);
  if (code > 1) throw gitFailure(`git ${args[0]} in ${context.directory}`, stderr, context.secrets);
  return stdout.toString().trim() || undefined;
}

async function ask(context: GitContext, args: readonly string[]): Promise<string | undefined> {
  const { stdout } = await tryGit(context, args);
  return stdout.toString().trim() || undefined;
}

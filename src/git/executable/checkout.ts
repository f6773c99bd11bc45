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
  const settings = await readSettings(context);
  const remotes = settings.flatMap(({ key }) => /^remote\.(.+)\.url$/s.exec(key)?.[1] ?? []);
  const upstream = chooseUpstream({
    remotes: [...new Set(remotes)],
    remote: tracking && lastOf(settings, `branch.${tracking}.remote`),
    merge: tracking && lastOf(settings, `branch.${tracking}.merge`),
  });
  if (upstream === undefined) return { branch, upstream };
  return { branch, upstream: { ...upstream, ...(await addressesOf(context, settings, upstream.remote)) } };
}

interface Setting {
  /** Section and name in lower case, the part between them as it is written. */
  readonly key: string;
  readonly value: string;
}

/** Everything that decides on remotes, by one process: a checkout is opened by every run. */
async function readSettings(context: GitContext): Promise<readonly Setting[]> {
  const wanted =
    '^(branch\\..*\\.(remote|merge)|remote\\..*\\.(url|pushurl)|url\\..*\\.(pushinsteadof|insteadof))$';
  const args = ['config', '--null', '--get-regexp', wanted];
  const { code, stdout, stderr } = await tryGit(context, args);
  if (code > 1) throw gitFailure(`git ${args[0]} in ${context.directory}`, stderr, context.secrets);
  return stdout
    .toString()
    .split('\0')
    .slice(0, -1)
    .map(entry => {
      const [key = '', ...value] = entry.split('\n');
      return { key, value: value.join('\n') };
    });
}

function lastOf(settings: readonly Setting[], key: string): string | undefined {
  return settings.findLast(setting => setting.key === key)?.value || undefined;
}

/** Where a remote is fetched from and pushed to. Git is asked where it writes addresses anew (`url.<base>.insteadOf`). */
async function addressesOf(context: GitContext, settings: readonly Setting[], remote: string) {
  const first = (name: string) => settings.find(({ key }) => key === `remote.${remote}.${name}`)?.value;
  const written = first('url');
  if (written !== undefined && !settings.some(({ key }) => key.startsWith('url.')))
    return { fetchUrl: written, pushUrl: first('pushurl') ?? written };
  const ask = async (...options: string[]) =>
    (await runGit(context, ['remote', 'get-url', ...options, '--', remote])).toString().trim();
  return { fetchUrl: await ask(), pushUrl: await ask('--push') };
}

/** Where HEAD is detached Git ends with 1 and says nothing. */
async function readHead(context: GitContext): Promise<string | undefined> {
  const args = ['symbolic-ref', '--quiet', 'HEAD'];
  const { code, stdout, stderr } = await tryGit(context, args);
  if (code > 1) throw gitFailure(`git ${args[0]} in ${context.directory}`, stderr, context.secrets);
  return stdout.toString().trim() || undefined;
}

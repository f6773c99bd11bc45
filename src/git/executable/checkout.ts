import { gitFailure } from '../failure.ts';
import type { Follows } from '../options.ts';
import { chooseUpstream, type Upstream } from '../upstream.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** The state of a checkout that decides how it is read and written. */
export interface Checkout {
  /** The branch that HEAD points at, `undefined` where HEAD is detached. */
  readonly branch: string | undefined;
  readonly upstream: (Upstream & { readonly fetchUrl: string; readonly pushUrl: string }) | undefined;
}

/** Reads a checkout's state; throws `NOT_FOUND` where the directory is in no repository. */
export async function readCheckout(context: GitContext, follows: Follows): Promise<Checkout> {
  const head = await readHead(context);
  const branch = head?.startsWith('refs/heads/') ? head.slice('refs/heads/'.length) : undefined;
  const tracking = follows === 'remote' ? undefined : branch;
  const settings = await readSettings(context);
  const remotes = settings.flatMap(setting => /^remote\.(.+)\.url\n/.exec(setting)?.[1] ?? []);
  const upstream = chooseUpstream({
    remotes: [...new Set(remotes)],
    remote: tracking && valuesOf(settings, `branch.${tracking}.remote`).at(-1),
    merge: tracking && valuesOf(settings, `branch.${tracking}.merge`).at(-1),
  });
  return {
    branch,
    upstream: upstream && { ...upstream, ...(await addressesOf(context, settings, upstream)) },
  };
}

const WANTED = '^(branch|remote|url)\\..*\\.(remote|merge|url|pushurl|(push)?insteadof)$';

/** All settings about remotes, read by one process: each is a key, a line feed and a value. */
async function readSettings(context: GitContext): Promise<readonly string[]> {
  return (await ask(context, ['config', '--null', '--get-regexp', WANTED])).split('\0');
}

function valuesOf(settings: readonly string[], key: string): readonly string[] {
  return settings.flatMap(setting => (setting.startsWith(`${key}\n`) ? setting.slice(key.length + 1) : []));
}

/** The URLs to fetch from and push to. Git itself applies `url.<base>.insteadOf`, if that is set. */
async function addressesOf(context: GitContext, settings: readonly string[], { remote }: Upstream) {
  const [fetchUrl = ''] = valuesOf(settings, `remote.${remote}.url`);
  const [pushUrl = fetchUrl] = valuesOf(settings, `remote.${remote}.pushurl`);
  if (!settings.some(setting => setting.startsWith('url.'))) return { fetchUrl, pushUrl };
  const address = async (...options: string[]) =>
    `${await runGit(context, ['remote', 'get-url', ...options, '--', remote])}`.trim();
  return { fetchUrl: await address(), pushUrl: await address('--push') };
}

async function readHead(context: GitContext): Promise<string | undefined> {
  return (await ask(context, ['symbolic-ref', '--quiet', 'HEAD'])).trim() || undefined;
}

/** Git exits with 1 and prints nothing where HEAD is detached or a key is not set. */
async function ask(context: GitContext, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tryGit(context, args);
  if (code > 1) throw gitFailure(`git ${args[0]} in ${context.directory}`, stderr, context.secrets);
  return `${stdout}`;
}

import type { RepositoryParts } from '../branches.ts';
import type { Objects } from '../objects.ts';
import type { GitOptions } from '../options.ts';
import { openStore, type Store } from '../store.ts';
import { connect } from './connection.ts';
import { type GitSetting, withSettings } from './environment.ts';
import { CONTENTS_LATER, storeOrigin } from './fetch.ts';
import { executableObjects } from './objects.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** Whether the checkout's history is cut. */
export async function isShallow(checkout: GitContext): Promise<boolean> {
  const answer = await runGit(checkout, ['rev-parse', '--is-shallow-repository']);
  return answer.toString().trim() === 'true';
}

/** The whole history of a checkout's remote, in a store of promote's own: the checkout stays shallow. */
export function deepHistory(
  checkout: GitContext,
  fetchUrl: string,
  { credentials, cacheDirectory }: GitOptions,
): Pick<Objects, 'history'> & Pick<RepositoryParts, 'close'> {
  let opened: Promise<{ readonly store: Store; readonly objects: Objects }> | undefined;
  const open = async () => {
    const store = await openStore(fetchUrl, 'git', cacheDirectory);
    const { directory } = store;
    const env = { ...withSettings(checkout.env, await reachedBy(checkout)), GIT_DIR: directory };
    const context = { ...checkout, directory, env };
    const connection = connect(context, { fetchUrl }, credentials, CONTENTS_LATER);
    return { store, objects: executableObjects(context, storeOrigin(context, connection)) };
  };
  return {
    async *history(...asked) {
      opened ??= open();
      yield* (await opened).objects.history(...asked);
    },
    close: async () => await (await opened)?.store.close(),
  };
}

/** The checkout's local settings for reaching its remote: a CI's checkout writes its login there. */
async function reachedBy(checkout: GitContext): Promise<readonly GitSetting[]> {
  const args = ['config', '--local', '--includes', '-z', '--get-regexp', REACH];
  const { stdout } = await tryGit(checkout, args);
  const entries = stdout.toString().split('\0').slice(0, -1);
  return entries.map(entry => {
    const [key = '', ...value] = entry.split('\n');
    return [key, value.join('\n')];
  });
}

const REACH = String.raw`^(http|credential|url|protocol)\.|^core\.sshcommand$`;

import { addRemote, fetch, init, listServerRefs, readCommit } from 'isomorphic-git';
import { rethrowDefect } from '../../errors.ts';
import { branchRef } from '../branch-name.ts';
import type { Branches } from '../branches.ts';
import type { Origin } from '../objects.ts';
import { headOf, headsBelow } from '../remote-refs.ts';
import type { Head } from '../repository.ts';
import { settlePush } from '../settle-push.ts';
import { explained } from './explained.ts';
import type { HttpRemote } from './http-remote.ts';
import type { ObjectStore } from './object-store.ts';
import { sendCommit } from './receive-pack.ts';

/** The branches of a remote over HTTP; objects to push are read from `store`. */
export function httpBranches(store: ObjectStore, remote: HttpRemote, defaultBranch?: string): Branches {
  const look = (branch: string | undefined) =>
    explained(`look at ${remote.url}`, () => remoteHead(remote, branch));
  return {
    head: (branch = defaultBranch) => look(branch),
    list: prefix => explained(`look at ${remote.url}`, () => listBranches(remote, prefix)),
    advance: move =>
      settlePush(
        move,
        () =>
          explained(
            `push of ${move.branch} to ${remote.url}`,
            () => sendCommit(store, remote, move),
            [],
            'push',
          ),
        async () => (await look(move.branch))?.commit,
      ),
  };
}

/** Fetches whole commits into `store`, and their history when it is requested. */
export function httpOrigin(store: ObjectStore, remote: HttpRemote): Origin {
  const fetched = new Map<string, 'commit' | 'history'>();
  const fetchTo = async (commit: string, depth: number) => {
    await init({ ...store, bare: true });
    await addRemote({ ...store, remote: 'origin', url: remote.url, force: true });
    const { http, headers, secrets } = await remote.authorized();
    const what = {
      http,
      headers: { ...headers },
      ref: commit,
      remote: 'origin',
      singleBranch: true,
      tags: false,
      depth,
    };
    await explained(`fetch of ${commit} from ${remote.url}`, () => fetch({ ...store, ...what }), secrets);
  };
  const isHere = async (commit: string) => {
    try {
      await readCommit({ ...store, oid: commit });
      return true;
    } catch (error) {
      // A commit that cannot be read is fetched; the fetch shows what is wrong.
      rethrowDefect(error);
      return false;
    }
  };
  return {
    async fetchCommit(commit) {
      if (fetched.has(commit)) return;
      if (!(await isHere(commit))) await fetchTo(commit, 1);
      fetched.set(commit, 'commit');
    },
    // isomorphic-git fetches one commit at a time, so an early fetch saves nothing.
    fetchCommits: async () => {},
    // Without filters the contents came with the commits.
    fetchBlobs: async () => {},
    async fetchHistory(commit) {
      if (fetched.get(commit) !== 'history') await fetchTo(commit, 0x7fffffff);
      fetched.set(commit, 'history');
    },
  };
}

async function listBranches(remote: HttpRemote, prefix: string): Promise<readonly Head[]> {
  const refs = await listRefs(remote, `refs/heads/${prefix}`);
  return headsBelow(
    prefix,
    refs.map(({ ref, oid }) => [oid, ref]),
  );
}

async function remoteHead(remote: HttpRemote, branch: string | undefined): Promise<Head | undefined> {
  const refs = await listRefs(remote, branch === undefined ? 'HEAD' : branchRef(branch));
  return headOf(
    remote.url,
    {
      commits: new Map(refs.map(({ ref, oid }) => [ref, oid])),
      head: refs.find(({ ref }) => ref === 'HEAD')?.target,
    },
    branch,
  );
}

async function listRefs(remote: HttpRemote, prefix: string) {
  const { http, headers } = await remote.authorized();
  return await listServerRefs({ http, url: remote.url, headers: { ...headers }, prefix, symrefs: true });
}

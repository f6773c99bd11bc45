import { getRemoteInfo2, packObjects, readCommit } from 'isomorphic-git';
import { branchRef } from '../branch-name.ts';
import type { BranchMove } from '../branches.ts';
import { gitFailure } from '../failure.ts';
import { compareTrees } from './compare-trees.ts';
import type { HttpRemote } from './http-remote.ts';
import type { ObjectStore } from './object-store.ts';
import { parseReport } from './push-report.ts';

/**
 * Sends the objects that the commit, and those below it, add to the parent. Moves the branch only from the
 * expected commit. The push of isomorphic-git would send the whole tree for a new branch. It also compares
 * with the remote's current commit, not with the expected one. https://git-scm.com/docs/pack-protocol
 */
export async function sendCommit(store: ObjectStore, remote: HttpRemote, move: BranchMove): Promise<void> {
  const { branch, expected, commit } = move;
  const { http, headers, secrets } = await remote.authorized();
  const url = remote.pushUrl;
  const info = await getRemoteInfo2({
    http,
    url,
    headers: { ...headers },
    forPush: true,
    protocolVersion: 1,
  });
  const capabilities = ['report-status', 'side-band-64k', 'ofs-delta'].filter(
    name => name in info.capabilities,
  );
  const command = `${expected ?? '0'.repeat(40)} ${commit} ${branchRef(branch)}\0 ${capabilities.join(' ')}`;
  const pack = await packObjects({ ...store, oids: await newObjects(store, move), write: false });
  const response = await http.request({
    url: `${url}/git-receive-pack`,
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/x-git-receive-pack-request',
      accept: 'application/x-git-receive-pack-result',
    },
    body: chunks(packetLine(command), '0000', pack.packfile ?? ''),
  });
  const body = Buffer.concat(await Array.fromAsync(response.body ?? []));
  const doing = `push of ${branch} to ${remote.url}`;
  if (response.statusCode !== 200)
    throw gitFailure(doing, `HTTP ${response.statusCode} ${body}`, secrets, 'push');
  const refusal = parseReport(body, capabilities.includes('side-band-64k'));
  if (refusal !== undefined) throw gitFailure(doing, refusal, secrets, 'push');
}

/** The objects that each commit adds to the one below it, down to the parent, which the remote has. */
async function newObjects(store: ObjectStore, { commit, parent }: BranchMove): Promise<string[]> {
  const added = new Set<string>();
  for (let at = commit; at !== parent; ) {
    const { commit: made } = await readCommit({ ...store, oid: at });
    const [below = parent] = made.parent;
    const { commit: base } = await readCommit({ ...store, oid: below });
    added.add(at);
    if (made.tree !== base.tree) added.add(made.tree);
    for await (const { after } of compareTrees(store, base.tree, made.tree))
      if (after !== undefined) added.add(after.object);
    at = below;
  }
  return [...added];
}

function packetLine(content: string): string {
  return (Buffer.byteLength(content) + 4).toString(16).padStart(4, '0') + content;
}

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

import { branchRef } from '../branch-name.ts';
import type { Branches, BranchMove } from '../branches.ts';
import { gitFailure } from '../failure.ts';
import { headOf, headsBelow, type RemoteRefs } from '../remote-refs.ts';
import type { Head } from '../repository.ts';
import { settlePush } from '../settle-push.ts';
import type { Connection } from './connection.ts';
import { runGit, tryGit } from './run.ts';

/** The branches of a remote. Nothing in the checkout, not even its remote-tracking refs, is moved. */
export function remoteBranches(connection: Connection, defaultBranch?: string): Branches {
  return {
    head: (branch = defaultBranch) => remoteHead(connection, branch),
    list: prefix => listBranches(connection, prefix),
    advance: move =>
      settlePush(
        move,
        () => push(connection, move),
        async () => (await remoteHead(connection, move.branch))?.commit,
      ),
  };
}

async function remoteHead(connection: Connection, branch: string | undefined): Promise<Head | undefined> {
  const wanted = branch === undefined ? 'HEAD' : branchRef(branch);
  const context = await connection.authorized();
  const printed = await runGit(context, ['ls-remote', '--symref', connection.remote, wanted]);
  return headOf(connection.url, parseRefs(printed.toString()), branch);
}

async function listBranches(connection: Connection, prefix: string): Promise<readonly Head[]> {
  const context = await connection.authorized();
  const printed = await runGit(context, ['ls-remote', connection.remote, `refs/heads/${prefix}*`]);
  return headsBelow(
    prefix,
    printed
      .toString()
      .split('\n')
      .map(line => line.split('\t')),
  );
}

/** Parses lines `<object>\t<ref>` and `ref: <target>\t<ref>`. */
function parseRefs(printed: string): RemoteRefs {
  const lines = printed.split('\n').map(line => line.split('\t'));
  const refs = lines.flatMap(([value = '', ref]) => (ref === undefined ? [] : [{ ref, value }]));
  return {
    commits: new Map(
      refs.filter(({ value }) => !value.startsWith('ref: ')).map(({ ref, value }) => [ref, value]),
    ),
    head: refs
      .find(({ ref, value }) => ref === 'HEAD' && value.startsWith('ref: '))
      ?.value.slice('ref: '.length),
  };
}

async function push(connection: Connection, { branch, expected, commit, parent }: BranchMove): Promise<void> {
  const ref = branchRef(branch);
  const options = [
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--no-signed',
    '--no-recurse-submodules',
  ];
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const context = await connection.authorized();
  const { code, stdout, stderr } = await tryGit(context, [
    // The server names the branch's head itself; only another parent has to be found there.
    ...(expected === parent ? [] : ['-c', 'push.negotiate=true']),
    // Without deltas no old contents are fetched, only to be compared with new ones.
    '-c',
    'pack.window=0',
    'push',
    ...options,
    lease,
    connection.remote,
    `${commit}:${ref}`,
  ]);
  if (code === 0) return;
  const refused = stdout
    .toString()
    .split('\n')
    .filter(line => line.startsWith('!'));
  const printed = [stderr, ...refused.map(line => line.split('\t').at(-1))].join('\n');
  throw gitFailure(`push of ${branch} to ${connection.url}`, printed, context.secrets, 'push');
}

import { PromoteError } from '../errors.ts';

/** The remote whose branches are promoted, and the branch that stands for the checked-out one there. */
export interface Upstream {
  readonly remote: string;
  readonly branch: string | undefined;
}

/** What a checkout's configuration says about its remotes and the checked-out branch. */
export interface CheckoutConfiguration {
  readonly remotes: readonly string[];
  /** `branch.<name>.remote` and `branch.<name>.merge`; absent where no branch is checked out, or it does not count. */
  readonly remote: string | undefined;
  readonly merge: string | undefined;
}

/** The upstream of the checked-out branch, else `origin`, else the only remote; throws `AMBIGUOUS` between several. */
export function chooseUpstream({ remotes, remote, merge }: CheckoutConfiguration): Upstream | undefined {
  if (remote !== undefined && remotes.includes(remote))
    return { remote, branch: merge?.replace(/^refs\/heads\//, '') };
  const [only] = remotes.length === 1 ? remotes : remotes.filter(name => name === 'origin');
  if (only !== undefined) return { remote: only, branch: undefined };
  if (remotes.length === 0) return undefined;
  throw new PromoteError(
    'AMBIGUOUS',
    `the checkout has several remotes and none is origin: ${remotes.join(', ')}`,
    {
      hint: 'call the one that is promoted to origin; outside CI the upstream of the checked-out branch counts too',
    },
  );
}

import { PromoteError } from '../errors.ts';

/** The remote whose branches are promoted, and its branch for the checked-out one. */
export interface Upstream {
  readonly remote: string;
  readonly branch: string | undefined;
}

/** What a checkout's configuration says about its remotes and the checked-out branch. */
export interface CheckoutConfiguration {
  readonly remotes: readonly string[];
  /** `branch.<name>.remote` and `.merge`; absent where HEAD is detached, or its upstream is not used. */
  readonly remote: string | undefined;
  readonly merge: string | undefined;
}

/** The checked-out branch's upstream, else `origin`, else the only remote; throws `AMBIGUOUS` if several. */
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

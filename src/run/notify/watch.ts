import type { Forge } from '../../forges/forge.ts';
import { GATE_STATUS } from '../../plan/gate-status.ts';

/** A change of a pull request that this run made. */
export interface SeenChange {
  readonly kind: 'opened' | 'green' | 'merged' | 'closed';
  readonly number: number;
  /** Absent where only the number is known. */
  readonly branch?: string | undefined;
  readonly url?: string | undefined;
  readonly commit?: string | undefined;
  readonly reason?: string | undefined;
}

/** The same forge; it notes each change that it makes. A call that changes nothing is not noted. */
export function watched(forge: Forge, note: (change: SeenChange) => void): Forge {
  const { pullRequests } = forge;
  return {
    ...forge,
    pullRequests: {
      ...pullRequests,
      async open(branch, ...rest) {
        const opened = await pullRequests.open(branch, ...rest);
        note({ kind: 'opened', number: opened.number, branch, url: opened.url, commit: opened.head });
        return opened;
      },
      async merge(pullRequest, ...rest) {
        const outcome = await pullRequests.merge(pullRequest, ...rest);
        const { number, branch, url } = pullRequest;
        if (outcome.kind === 'merged') note({ kind: 'merged', number, branch, url, commit: outcome.commit });
        return outcome;
      },
      async close(pullRequest, reason) {
        await pullRequests.close(pullRequest, reason);
        const { number, branch, url } = pullRequest;
        note({ kind: 'closed', number, branch, url, reason });
      },
      async setStatus(commit, status, number) {
        const isNew = await pullRequests.setStatus(commit, status, number);
        const isGreen = status.state === 'success' && status.context === GATE_STATUS;
        if (isNew && isGreen && number !== undefined)
          note({ kind: 'green', number, url: status.url, commit });
        return isNew;
      },
    },
  };
}

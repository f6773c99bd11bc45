import type { CommitRules, CommitSigning } from '../commits.ts';
import type { WrittenCommits } from '../schema/environments.ts';

/** https://www.conventionalcommits.org/en/v1.0.0/ */
const CONVENTIONAL = 'chore({environment}): {summary}';

/** The file's rules, with an environment's in their place key by key; `undefined` if there are none. */
export function normaliseCommits(
  shared: WrittenCommits | undefined,
  own?: WrittenCommits | undefined,
): CommitRules | undefined {
  if (shared === undefined && own === undefined) return undefined;
  const { author, committer, signOff, signing, message, tickets, branch } = { ...shared, ...own };
  const signs = signingOf(signing);
  return { author, committer, signOff, signing: signs, message: messageOf(message), tickets, branch };
}

function signingOf(signing: WrittenCommits['signing']): CommitSigning | undefined {
  if (signing === undefined) return undefined;
  if (signing === 'forge') return { kind: 'forge' };
  if ('ssh' in signing) return { kind: 'ssh', key: signing.ssh };
  return 'gpg' in signing ? { kind: 'gpg', key: signing.gpg } : { kind: 'gitsign' };
}

function messageOf(message: WrittenCommits['message']): CommitRules['message'] {
  if (message === undefined) return undefined;
  if (typeof message !== 'string') return { subject: message.subject ?? '{summary}', body: message.body };
  return { subject: message === 'conventional' ? CONVENTIONAL : message };
}

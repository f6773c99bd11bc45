import type { CommitRules, CommitSigning } from '../environments/commits.ts';
import { PromoteError } from '../errors.ts';
import type { CommitIdentity, SignCommit } from '../git/author.ts';
import type { Repository } from '../git/repository.ts';
import type { Effects } from './effects.ts';

type Signs = Pick<Effects, 'commitSigner'>;

/**
 * The repository with the environment's rules for authors and signatures of commits. Throws `CONFIGURATION`
 * if it cannot make such commits.
 */
export function withCommitRules(
  effects: Signs,
  repository: Repository,
  rules: CommitRules | undefined,
): Repository {
  if (rules === undefined) return repository;
  const { author, committer, signOff, signing } = rules;
  const as: CommitIdentity = { author, committer, signOff, sign: signing && signOf(effects, signing) };
  repository.assertIdentity?.(as);
  return { ...repository, commit: request => repository.commit({ ...request, as }) };
}

/** Opens the commit signer, if commits are signed on this machine; throws `KEY` or `NOT_FOUND`. */
export async function requireCommitSigner(effects: Signs, { signing }: CommitRules = {}): Promise<void> {
  if (signing !== undefined && signing.kind !== 'forge') await openSigner(effects, signing);
}

function signOf(effects: Signs, signing: CommitSigning): CommitIdentity['sign'] {
  if (signing.kind === 'forge') return 'forge';
  return async payload => {
    const sign = await openSigner(effects, signing);
    return await sign(payload);
  };
}

async function openSigner(
  { commitSigner }: Signs,
  signing: Exclude<CommitSigning, { kind: 'forge' }>,
): Promise<SignCommit> {
  if (commitSigner !== undefined) return await commitSigner(signing);
  throw new PromoteError('CONFIGURATION', 'commits.signing: nothing here signs commits');
}

import type { CommitSigning } from '../environments/commits.ts';
import { PromoteError } from '../errors.ts';
import type { SignCommit } from '../git/author.ts';
import { programSigner } from '../git/signing/program-signer.ts';
import { sshSigner } from '../git/signing/sshsig.ts';
import { childEnvironment } from '../secrets/child-environment.ts';
import { findProgram } from './find-program.ts';
import type { Io } from './io.ts';
import { type ReadNamed, readKeyText } from './read-named.ts';

/**
 * Opens what signs commits: an SSH key without any program, or gpg or gitsign. gpg makes a test signature
 * now, since only that shows that it has the key and needs no prompt. Throws `KEY` or `NOT_FOUND`.
 */
export async function openCommitSigner(
  io: Io,
  signing: Exclude<CommitSigning, { kind: 'forge' }>,
  read: ReadNamed,
): Promise<SignCommit> {
  if (signing.kind === 'ssh') return sshSigner(await readKeyText(io, signing.key, read));
  const { env, signal } = io;
  const path = findProgram(signing.kind, env.PATH);
  if (path === undefined) {
    throw new PromoteError('NOT_FOUND', `sign commits: there is no program ${signing.kind} on the PATH`, {
      hint: 'install it, or sign with an SSH key, which takes no program: commits.signing.ssh',
    });
  }
  const sign = programSigner({
    name: signing.kind,
    path,
    key: signing.kind === 'gpg' ? signing.key : undefined,
    env: childEnvironment(env, signing.kind),
    timeout: 60_000,
    signal,
  });
  if (signing.kind === 'gpg') await sign(Buffer.alloc(0));
  return sign;
}

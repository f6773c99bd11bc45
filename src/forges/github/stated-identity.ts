import type { CommitIdentity } from '../../git/author.ts';
import type { Variables } from '../kind.ts';

/**
 * The author and committer that Git's variables name. A name without an address, or an address without a
 * name, names nobody: GitHub completes neither. https://git-scm.com/docs/git#_git_commits
 */
export function statedIdentity(env: Variables, notice: (text: string) => void): CommitIdentity {
  return { author: personOf(env, notice, 'AUTHOR'), committer: personOf(env, notice, 'COMMITTER') };
}

function personOf(env: Variables, notice: (text: string) => void, role: 'AUTHOR' | 'COMMITTER') {
  const [name, email] = [env[`GIT_${role}_NAME`], env[`GIT_${role}_EMAIL`]];
  if (name && email) return { name, email };
  if (name || email) {
    const [there, missing] = name ? ['NAME', 'EMAIL'] : ['EMAIL', 'NAME'];
    notice(`GIT_${role}_${there} is not used: GIT_${role}_${missing} is not set`);
  }
  return undefined;
}

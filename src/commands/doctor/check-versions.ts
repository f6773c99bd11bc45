import type { Finding } from '../../plan/check.ts';
import { ok } from '../../plan/check-registries.ts';
import type { Examiner } from './examiner.ts';

/** The oldest Node that is supported, and the oldest Git that the tests run with. */
const OLDEST = { node: 24, git: 2.39 };

/** The programs that a run uses. */
export async function checkVersions({ versions }: Examiner): Promise<readonly Finding[]> {
  const { node, git } = await versions();
  const isOldNode = Number.parseInt(node, 10) < OLDEST.node;
  return [
    isOldNode
      ? warning('node', `Node ${node} is older than ${OLDEST.node}`, `install Node ${OLDEST.node} or newer`)
      : ok('node', `version ${node}`),
    checkGit(git),
  ];
}

function checkGit(version: string | undefined): Finding {
  if (version === undefined) {
    const message = 'there is no git program: Git repositories are read over HTTPS alone';
    return { severity: 'note', subject: 'git', message, hint: 'install Git, or put it on PATH' };
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major + minor / 100 < OLDEST.git;
  return isOld
    ? warning(
        'git',
        `version ${version} is older than ${OLDEST.git}, which promote is tested with`,
        'install a newer Git',
      )
    : ok('git', `version ${version}`);
}

function warning(subject: string, message: string, hint: string): Finding {
  return { severity: 'warning', subject, message, hint };
}

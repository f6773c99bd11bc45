import { PromoteError } from '../../errors.ts';
import { pathOf } from '../../oci/reference.ts';
import type { CleanUp, CleanUpRequest } from './clean-up.ts';

/** The most characters of one program argument on Linux, which is 128 KiB. */
const MOST_CHARACTERS = 130_000;

/**
 * Outputs of a step, as inputs of the action `snok/container-retention-policy`: GHCR has no clean-up of its
 * own. Spared images are named by digest, so all packages of an account are cleaned up at once.
 * https://github.com/snok/container-retention-policy#parameters
 */
export function ghcrRules({ spared, olderThan }: CleanUpRequest): CleanUp {
  const paths = spared.map(({ repository }) => pathOf(repository));
  const [account = '', ...others] = new Set(paths.map(path => path.split('/')[0] ?? ''));
  if (others.length > 0)
    throw new PromoteError('USAGE', `the images are in packages of ${[account, ...others].join(' and ')}`, {
      hint: 'the action cleans up one account at a time: name the environments of one',
    });
  const digests = [...new Set(spared.flatMap(one => one.digests))].sort().join(',');
  if (digests.length > MOST_CHARACTERS)
    return {
      text: '',
      notes: [],
      unsaid: [`ghcr.io/${account}: more digests than fit into one input of the action`],
    };
  const lines = {
    account,
    'image-names': paths.map(path => path.slice(account.length + 1)).join(' '),
    'cut-off': `${olderThan}d`,
    'skip-shas': digests,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
  return {
    text: text.join(''),
    notes: ['for packages of a person the account is the word "user"'],
    unsaid: [],
  };
}

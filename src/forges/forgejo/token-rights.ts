import type { TokenRight, TokenUse } from '../token-right.ts';
import type { TokenKind } from './options.ts';

/**
 * Forgejo lists a token's scopes only with its owner's password. The earlier request for the account showed
 * `read:user`. https://codeberg.org/api/swagger#/user/userGetTokens
 */
export function tokenRights(tokenKind: TokenKind, { pullRequests, teams }: TokenUse): readonly TokenRight[] {
  if (tokenKind === 'job') {
    const text = "what the job's own token may do, which Forgejo does not say";
    const hint =
      "it reaches this repository alone, and only reads where a fork's pull request started the job";
    return [{ verdict: 'unknown', text, hint }];
  }
  const scopes = [
    'write:repository',
    ...(pullRequests ? ['write:issue'] : []),
    'read:user',
    ...(teams ? ['read:organization'] : []),
  ];
  const text = 'what the token may do, since Forgejo does not say its scopes';
  const hint = `it needs ${scopes.join(', ')}; a first write shows whether it has them`;
  return [{ verdict: 'unknown', text, hint }];
}

import type { ErrorCode } from '../../errors.ts';
import { explainRule } from './ruleset.ts';

/** The meaning of a refusal, and what helps. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly hint?: string | undefined;
}

/** A rate limit, of whatever kind. */
export const LIMITED: Explanation = {
  code: 'UNREACHABLE',
  hint: "GitHub's rate limit is used up: run it again later, or use a GitHub App, which has a limit of its own",
};

/** Explains a refusal with known words of GitHub, by its rule and cure; `undefined` for other words. */
export function explainWords(said: string, headers: ReadonlyMap<string, string>): Explanation | undefined {
  const single = singleSignOn(headers.get('x-github-sso'));
  if (single !== undefined) return single;
  if (/repository rule violations/i.test(said)) return explainRule(said);
  return KNOWN.find(({ pattern }) => pattern.test(said));
}

/** https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#authenticating-with-saml-sso */
function singleSignOn(header: string | undefined): Explanation | undefined {
  const url = /^required; url=(https:\/\/\S+)/.exec(header ?? '')?.[1];
  return url === undefined
    ? undefined
    : { code: 'FORBIDDEN', hint: `authorise the token for single sign-on of the organization: ${url}` };
}

const KNOWN: readonly (Explanation & { readonly pattern: RegExp })[] = [
  { pattern: /rate limit|abuse detection/i, ...LIMITED },
  {
    pattern: /archived so is read-only/i,
    code: 'FORBIDDEN',
    hint: 'unarchive the repository under its Settings, General, or name the one that replaces it in deployments.repository',
  },
  {
    pattern: /IP allow list/i,
    code: 'FORBIDDEN',
    hint: "run on a runner whose address is in the organization's IP allow list, or add it under Settings, Authentication security",
  },
  {
    pattern: /token's lifetime is greater than|lifetime is greater than/i,
    code: 'FORBIDDEN',
    hint: 'the organization limits how long tokens live: make one that expires sooner under Settings, Developer settings. Or use a GitHub App, whose tokens live for an hour',
  },
  {
    pattern: /account (was|has been|is) suspended/i,
    code: 'FORBIDDEN',
    hint: "GitHub has suspended the token's account: give a token of another one, or use a GitHub App",
  },
  {
    pattern: /cannot lock ref .* exists; cannot create/i,
    code: 'INVALID',
    hint: 'Git keeps no branch below another one: rename or delete the branch that is named last',
  },
  {
    pattern: /must be a collaborator/i,
    code: 'FORBIDDEN',
    hint: "give the token's owner write access to the repository",
  },
  {
    pattern: /maximum number of statuses/i,
    code: 'INVALID',
    hint: 'a commit takes a thousand statuses of one context: delete its branch, and run again for a new commit',
  },
  {
    pattern: /protected branch|GH006|changes must be made through/i,
    code: 'FORBIDDEN',
    hint: 'the branch is protected: let the environment commit by pull request, or let the token bypass the rule',
  },
  {
    pattern: /not permitted to create or approve pull requests/i,
    code: 'FORBIDDEN',
    hint: 'allow it under Settings, Actions, General, "Allow GitHub Actions to create and approve pull requests", or use a GitHub App',
  },
  {
    pattern: /without `?workflows?`? (permission|scope)/i,
    code: 'FORBIDDEN',
    hint: 'the token needs workflows: write, or the scope workflow; GITHUB_TOKEN never has it',
  },
  {
    pattern: /forbids access via/i,
    code: 'FORBIDDEN',
    hint: 'the organization takes no token of this kind: use a GitHub App or a fine-grained token',
  },
  {
    pattern: /SAML|organization has enabled/i,
    code: 'FORBIDDEN',
    hint: 'authorise the token for single sign-on of the organization, under Settings, Developer settings',
  },
];

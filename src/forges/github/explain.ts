import type { ErrorCode } from '../../errors.ts';
import { neededPermission, type RefusedRequest } from './permission.ts';

/** What a refusal means, and what to do about it. */
interface Explanation {
  readonly code: ErrorCode;
  readonly hint?: string;
}

/** Explains a refusal by its status and GitHub's words; 200 is that of GraphQL. */
export function explain(status: number, said: string, refused: RefusedRequest): Explanation {
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  if (known !== undefined) return known;
  if (status === 429) return LIMITED;
  const needed = neededPermission(refused);
  if (status === 401) {
    return { code: 'UNAUTHORIZED', hint: 'the token is wrong or has expired: give another one' };
  }
  if (status === 404) {
    const access =
      needed === undefined
        ? "the token's owner must have access"
        : `the token ${needed}, and a job's GITHUB_TOKEN reaches its own repository alone`;
    return { code: 'NOT_FOUND', hint: `check the name; ${access}` };
  }
  if (status === 403 || DENIED.test(said)) return { code: 'FORBIDDEN', hint: permit(needed, said) };
  if (status >= 500)
    return { code: 'UNREACHABLE', hint: 'run it again: what is done already is not done twice' };
  return { code: 'INVALID' };
}

/** How GitHub denies an App or GITHUB_TOKEN (`integration`) and a fine-grained token, over GraphQL with status 200. */
const DENIED = /resource not accessible by (integration|personal access token)/i;

function permit(needed: string | undefined, said: string): string {
  if (needed === undefined) return "the token's owner needs write access to the repository";
  const [, who] = DENIED.exec(said) ?? [];
  return `the token ${needed}${who === 'integration' ? ", under the job's `permissions` or among the App's" : ''}`;
}

const LIMITED: Explanation = {
  code: 'UNREACHABLE',
  hint: "GitHub's rate limit is used up: run it again later, or use a GitHub App, which has a limit of its own",
};

const KNOWN: readonly (Explanation & { readonly pattern: RegExp })[] = [
  {
    pattern: /rate limit|abuse detection/i,
    ...LIMITED,
  },
  {
    pattern: /protected branch|repository rule violations|GH006|GH013|changes must be made through/i,
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
    pattern: /SAML|organization has enabled|IP allow list/i,
    code: 'FORBIDDEN',
    hint: 'authorise the token for the organization',
  },
];

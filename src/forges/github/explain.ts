import { type Explanation, explainWords, LIMITED } from './known-refusals.ts';
import { neededPermission, type RefusedRequest } from './permission.ts';

/** Explains a refusal by its status and GitHub's words; refusals of GraphQL have status 200. */
export function explain(status: number, said: string, refused: RefusedRequest): Explanation {
  const known = explainWords(said, refused.headers);
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

/** How GitHub refuses an App or GITHUB_TOKEN (`integration`) and a fine-grained token; GraphQL with 200. */
const DENIED = /resource not accessible by (integration|personal access token)/i;

function permit(needed: string | undefined, said: string): string {
  if (needed === undefined) return "the token's owner needs write access to the repository";
  const [, who] = DENIED.exec(said) ?? [];
  return `the token ${needed}${who === 'integration' ? ", under the job's `permissions` or among the App's" : ''}`;
}

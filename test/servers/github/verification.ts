import { JOB_TOKEN } from './job-token.ts';
import { type ApiAnswer, type ApiRequest, fields, items } from './request.ts';
import type { World } from './world.ts';

/**
 * A new commit with what GitHub says of its signature. It signs what an App or a job's own token commits and names
 * nobody; a signature that is given is kept beside the very bytes that it is of.
 * https://docs.github.com/en/rest/git/commits#create-a-commit
 * https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
export function withVerification(world: World, request: ApiRequest, answer: ApiAnswer): ApiAnswer {
  const { method, url, body, authorization } = request;
  if (method !== 'POST' || answer.status !== 201 || !/\/git\/commits$/.test(url.pathname)) return answer;
  const { signature, author, committer } = fields(body);
  const payload = payloadOf(answer);
  const isBot = authorization.endsWith(` ${JOB_TOKEN}`) || /\bghs_/.test(authorization);
  const verified_at = null;
  const verification =
    typeof signature === 'string'
      ? { verified: false, reason: 'unknown_key', signature, payload, verified_at }
      : isBot && author === undefined && committer === undefined
        ? {
            verified: true,
            reason: 'valid',
            signature: '-----BEGIN PGP SIGNATURE-----',
            payload,
            verified_at,
          }
        : { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at };
  const made = { ...fields(answer.body), verification };
  world.commits.push(made);
  return { ...answer, body: made };
}

/** The object as Git has it, without its signature: GitHub's `verification.payload`. */
function payloadOf({ body }: ApiAnswer): string {
  const { tree, parents, author, committer, message } = fields(body);
  const by = (who: unknown) => {
    const { name, email, date } = fields(who);
    return `${name} <${email}> ${Math.floor(Date.parse(String(date)) / 1000)} +0000`;
  };
  const headers = [
    `tree ${fields(tree).sha}`,
    ...items(parents).map(({ sha }) => `parent ${sha}`),
    `author ${by(author)}`,
    `committer ${by(committer)}`,
  ];
  return `${headers.join('\n')}\n\n${message}`;
}

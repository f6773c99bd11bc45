import { JOB_TOKEN } from './job-token.ts';
import { type ApiAnswer, type ApiRequest, items, refusal } from './request.ts';

/** A job's token never changes what workflows are, and is not told why. */
export function refuseWorkflows({ method, parts, body, authorization }: ApiRequest): ApiAnswer | undefined {
  const isTree = method === 'POST' && parts[3] === 'git' && parts[4] === 'trees';
  if (!isTree || !authorization.endsWith(` ${JOB_TOKEN}`)) return undefined;
  const changes = items(body?.tree).some(({ path }) => String(path).startsWith('.github/workflows/'));
  return changes ? refusal(403, 'Resource not accessible by integration') : undefined;
}

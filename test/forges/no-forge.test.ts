import type { RequestListener } from 'node:http';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openForgejoRepository } from '../../src/forges/forgejo/open.ts';
import { openClient } from '../../src/forges/github/client.ts';
import { openGitHubRepository } from '../../src/forges/github/open.ts';
import { openGitLabRepository } from '../../src/forges/gitlab/open.ts';
import { Failure } from '../../src/http/failure.ts';
import type { Http } from '../../src/http/http.ts';
import type { HttpRequest } from '../../src/http/request.ts';
import { client, serve } from '../http/server.ts';

const PLACE = { owner: 'acme', repo: 'gitops', project: 'acme/gitops' };
const AUTH = { kind: 'token', token: 't' } as const;
const GIT = { executable: undefined, author: { name: 'Promote', email: 'promote@example.com' } };

const FORGES = {
  GitHub: (url: string, http: Http) =>
    openGitHubRepository({ ...PLACE, apiUrl: url, auth: AUTH, http, rateLimits: 'none' }),
  GitLab: (url: string, http: Http) =>
    openGitLabRepository({ ...PLACE, url, token: 't', tokenKind: 'private', http, git: GIT }),
  Forgejo: (url: string, http: Http) =>
    openForgejoRepository({ ...PLACE, url, token: 't', tokenKind: 'token', http, git: GIT }),
};

/** What answers in place of a forge, where a proxy asks for a login or an address is wrong. */
const ANSWERS: Readonly<Record<string, RequestListener>> = {
  'a page': (_, response) => response.setHeader('content-type', 'text/html').end('<html>Sign in</html>'),
  'a page that it calls JSON': (_, response) =>
    response.setHeader('content-type', 'application/json').end('<html>Sign in</html>'),
  nothing: (_, response) => response.end(),
  'another API': (_, response) => response.setHeader('content-type', 'application/json').end('{}'),
};

const CASES = Object.entries(FORGES).flatMap(([forge, open]) =>
  Object.entries(ANSWERS).map(([name, listener]) => [forge, name, open, listener] as const),
);

it.each(CASES)('%s that answers with %s is told, with what to check', async (_, __, open, listener) => {
  const url = (await serve(listener)).href.replace(/\/$/, '');
  const error = await open(url, client().http)
    .repository.head()
    .catch(thrown => thrown);
  expect(error).toMatchObject({ code: 'INVALID', hint: expect.stringMatching(/^check that/) });
});

it('GitHub that answers a later question with a page is told too', async () => {
  const url = (await serve(ANSWERS['a page'] ?? expect.fail())).href.replace(/\/$/, '');
  const { http } = client();
  const options = {
    ...PLACE,
    apiUrl: url,
    auth: AUTH,
    http,
    rateLimits: 'none',
    defaultBranch: 'main',
  } as const;
  const error = await openGitHubRepository(options)
    .repository.head()
    .catch(thrown => thrown);
  expect(error).toMatchObject({ code: 'INVALID', message: expect.stringContaining('is no JSON') });
});

it.each(['GitLab', 'Forgejo'] as const)(
  '%s that stops in the middle of its answer is given up',
  async forge => {
    const url = (await serve((_, response) => response.writeHead(200).write('{'))).href.replace(/\/$/, '');
    const { http } = client({ patience: { headers: 100 } });
    const error = await FORGES[forge](url, http)
      .repository.head()
      .catch(thrown => thrown);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/\(tried 3 times\)$/),
    });
  },
);

it('hands Octokit no answer that is not whole, since it takes one that breaks off for an empty one', async () => {
  const sent: string[] = [];
  const answer = async ({ url }: HttpRequest) => {
    sent.push(url.pathname);
    const headers = { 'content-type': 'application/json' };
    return { kind: 'response' as const, status: 200, url, headers, bytes: Buffer.from('{"id":1}') };
  };
  const never = async () => expect.fail('was not read whole');
  const http: Http = { send: answer, stream: never, pause: never, close: never };
  const octokit = await openClient({ ...PLACE, auth: AUTH, http, rateLimits: 'none' });
  await octokit.rest.repos.get(PLACE);
  expect(sent).toEqual(['/repos/acme/gitops']);
});

it('GitHub is given up once, not question after question', async () => {
  let asked = 0;
  const refuse = async (request: HttpRequest) => {
    asked += 1;
    throw new Failure(request, 'connection refused', 'retry-briefly', 'check the host', undefined);
  };
  const never = async () => expect.fail('was streamed');
  const http: Http = { send: refuse, stream: never, pause: never, close: never };
  // Octokit waits for seconds between its tries.
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { repository } = FORGES.GitHub('http://forge.example', http);
  const outcomes: unknown[] = [];
  const ask = async () => {
    repository.head().catch(error => outcomes.push(error.message));
    await vi.advanceTimersByTimeAsync(10_000);
  };
  await ask();
  expect(outcomes).toEqual([expect.stringMatching(/connection refused \(tried 3 times\)$/)]);
  asked = 0;
  await ask();
  expect([asked, outcomes[1]]).toEqual([0, expect.stringContaining(': not asked: ')]);
});

import { describe, expect, it } from 'vitest';
import { violation } from '../servers/github/description.ts';
import { graphqlViolation } from '../servers/github/graphql-description.ts';
import { BOT, startGitHub, tokenOf } from '../servers/github.ts';
import { pushFiles, useGitHub } from './github-fixture.ts';

const API = 'https://api.github.com/repos/acme/gitops';

describe('the double of GitHub', () => {
  const WRONG: Readonly<Record<string, readonly [method: string, path: string, body?: object]>> = {
    'an unknown path': ['GET', '/git/branch/main'],
    'an unknown method': ['PUT', '/git/refs/heads%2Fmain', { sha: 'x' }],
    'an unknown query parameter': ['GET', '/pulls?branch=main'],
    'a query value of another kind': ['GET', '/pulls?state=merged'],
    'a missing body': ['POST', '/pulls'],
    'a missing field': ['POST', '/pulls', { title: 't', head: 'h' }],
    'an unknown field': ['PATCH', '/pulls/1', { draft: true }],
    'a field of another kind': ['POST', '/git/trees', { tree: [{ path: 'a', mode: '100645', content: '' }] }],
  };
  for (const [what, [method, path, body]] of Object.entries(WRONG)) {
    it(`takes ${what} for a mistake of ours`, () => {
      expect(violation(method, new URL(API + path), body)).toBeDefined();
    });
  }

  const mutation = (name: string) =>
    `mutation ($input: UpdateRefsInput!) { ${name}(input: $input) { clientMutationId } }`;
  const input = { repositoryId: 'R_1', refUpdates: [{ name: 'refs/heads/a', afterOid: '1'.repeat(40) }] };

  it.each<[string, string, object]>([
    ['an unknown mutation', mutation('moveRefs'), { input }],
    ['a missing field', mutation('updateRefs'), { input: { refUpdates: [] } }],
    ['an unknown field', mutation('updateRefs'), { input: { ...input, force: true } }],
    ['an unknown query', 'query { viewer { nickname } }', {}],
    ['what is no GraphQL', 'query {', {}],
  ])('takes %s of GraphQL for a mistake of ours', (_, query, variables) => {
    expect(graphqlViolation({ query: mutation('updateRefs'), variables: { input } })).toBeUndefined();
    expect(graphqlViolation({ query, variables })).toBeDefined();
  });

  it('remembers such a request, so that its test fails', async () => {
    const server = await startGitHub();
    expect((await server.as(BOT, 'PATCH', 'pulls/1', { draft: true })).status).toBe(422);
    expect(server.violations).toHaveLength(1);
    await server.close();
  });

  it('refuses what GitHub refuses', async () => {
    const server = await useGitHub();
    const open = (head: string) => server.as(BOT, 'POST', 'pulls', { title: 't', head, base: 'main' });
    expect((await open('absent')).status).toBe(422);
    await pushFiles(server, { a: '1' }, { branch: 'work', on: 'main' });
    expect((await open('work')).status).toBe(201);
    expect((await open('work')).status).toBe(422);
    const approve = { event: 'APPROVE' };
    expect((await server.as(BOT, 'POST', 'pulls/1/reviews', approve)).status).toBe(422);
    expect((await server.as('alice', 'POST', 'pulls/1/reviews', approve)).status).toBeLessThan(300);
    await pushFiles(server, { a: '2' });
    expect((await server.as(BOT, 'PUT', 'pulls/1/merge', { sha: '1'.repeat(40) })).status).toBe(409);
    expect((await server.as(BOT, 'PUT', 'pulls/1/merge', {})).status).toBe(405);
  });

  it('takes dispatches, and answers an unchanged question with 304', async () => {
    const server = await useGitHub();
    const event = { event_type: 'promote', client_payload: { environment: 'qa' } };
    expect((await server.as(BOT, 'POST', 'dispatches', event)).status).toBe(204);
    expect(server.world.dispatches).toEqual([event]);
    const headers = { authorization: `Bearer ${tokenOf(BOT)}` };
    const url = `${server.url}/repos/acme/gitops/branches`;
    const first = await fetch(url, { headers });
    const again = await fetch(url, {
      headers: { ...headers, 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});

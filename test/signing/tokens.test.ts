import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { ambientToken } from '../../src/signing/sigstore/ambient-token.ts';
import { subjectOf } from '../../src/signing/sigstore/identity-token.ts';
import { newToken } from './keyless-place.ts';

describe('ambientToken', () => {
  it('takes the one that the CI puts into SIGSTORE_ID_TOKEN', async () => {
    expect(await token({ SIGSTORE_ID_TOKEN: 'from-gitlab', BUILDKITE: 'true' })).toBe('from-gitlab');
  });

  it('asks GitHub Actions, and Forgejo, for one that is meant for Sigstore', async () => {
    const url = await githubAt(({ search, authorization }) =>
      search === '?api-version=2.0&audience=sigstore' && authorization === 'Bearer request-token'
        ? [200, '{"value":"from-github"}']
        : [404, ''],
    );
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    expect(await token(env)).toBe('from-github');
  });

  it("asks Buildkite's agent, and hands it only the variables that it needs", async () => {
    const PATH = await agent('echo "from-$1-$4-$SECRET-$BUILDKITE"');
    expect(await token({ BUILDKITE: 'true', PATH: `${PATH}:${process.env.PATH}`, SECRET: 'x' })).toBe(
      'from-oidc-sigstore--true',
    );
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['nobody has one', async () => ({})],
    ["GitHub's answer is none", async () => github(200, '{"message":"marked-secret"}')],
    ['GitHub refuses', async () => github(403, 'marked-secret')],
    [
      'the agent fails',
      async () => ({
        BUILDKITE: 'true',
        PATH: `${await agent('echo marked-secret; exit 1')}:${process.env.PATH}`,
      }),
    ],
  ])('fails with a hint where %s', async (_, place) => {
    await expect(token(await place())).rejects.toMatchObject({ code: 'SIGNATURE', hint: expect.any(String) });
  });
});

describe('subjectOf', () => {
  it.each([
    ['the subject', { sub: 'repo:acme/api' }, 'repo:acme/api'],
    ['a verified e-mail', { sub: '1', email: 'a@acme.com', email_verified: true }, 'a@acme.com'],
  ])('is %s', (_, claims, subject) => {
    expect(subjectOf(`e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`)).toBe(subject);
  });

  it.each([
    ['an e-mail nobody verified', { sub: '1', email: 'a@acme.com', email_verified: false }],
    ['an e-mail without a word about it', { sub: '1', email: 'a@acme.com' }],
    ['no subject', {}],
    ['no claims', 'text'],
  ])('refuses %s', (_, claims) => {
    const jwt = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    expect(() => subjectOf(jwt)).toThrow(expect.objectContaining({ code: 'SIGNATURE' }));
  });

  it('refuses what is no JWT', () => {
    for (const text of ['', 'x', '..', newToken().slice(0, 20)]) {
      expect(() => subjectOf(text)).toThrow(expect.objectContaining({ code: 'SIGNATURE' }));
    }
  });
});

async function token(env: Record<string, string>): Promise<string> {
  const http = createHttp();
  onTestFinished(() => http.close());
  return await ambientToken({ env, http })();
}

async function github(status: number, body: string): Promise<Record<string, string>> {
  const ACTIONS_ID_TOKEN_REQUEST_URL = await githubAt(() => [status, body]);
  return { ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'marked-secret' };
}

interface Asked {
  readonly search: string;
  readonly authorization: string | undefined;
}

async function githubAt(answer: (asked: Asked) => readonly [number, string]): Promise<string> {
  const server = createServer(({ url = '', headers }, response) => {
    const { search } = new URL(url, 'http://127.0.0.1');
    const [status, body] = answer({ search, authorization: headers.authorization });
    response.writeHead(status).end(body);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/token`;
}

async function agent(script: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-agent-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'buildkite-agent');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return directory;
}

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { openPublicSigstore } from '../../src/signing/public-root.ts';
import { builtMain } from '../built/run-promote.ts';
import { gitPlace } from '../e2e/git-place.ts';
import { githubPlace } from '../e2e/github-place.ts';
import { gitlabPlace } from '../e2e/gitlab-place.ts';
import type { ReviewPlace } from '../e2e/review-place.ts';
import { registryFor } from '../registry/remote-place.ts';
import { startProxy } from '../servers/proxy.ts';

const main = builtMain();

const HOST = 'elsewhere.test';
const files = (registry: string) => ({
  'environments.yaml': `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: ${registry}/dev, files: ["dev/*.yaml"], commit: direct }
`,
  'dev/api.yaml': `image: { repository: ${registry}/dev/api, tag: "1" }\n`,
});

async function useProxy() {
  const proxy = await startProxy(HOST);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Runs `promote check` with the server under a name that only the proxy knows. */
async function checkThroughProxy(place: ReviewPlace, path: string) {
  const proxy = await useProxy();
  const moved = (text: string) => text.replaceAll('127.0.0.1', HOST);
  const variables = Object.entries(place.variables).map(([name, value]) => [name, moved(value ?? '')]);
  const env = { ...Object.fromEntries(variables), PATH: path, HTTP_PROXY: proxy.url, http_proxy: proxy.url };
  let printed = '';
  const sink = { write: (text: string) => (printed += text) };
  place.calls();
  const code = await main(['check', '--file', `${moved(place.url)}//environments.yaml@main`], {
    cwd: await mkdtemp(join(tmpdir(), 'promote-')),
    env,
    stdout: sink,
    stderr: sink,
    signal: new AbortController().signal,
  });
  expect([code, printed]).toEqual([0, expect.stringContaining('nothing to correct')]);
  const hosts = proxy.hosts();
  expect(new Set(hosts)).toEqual(new Set([moved(new URL(place.url).host)]));
  return { connections: hosts.length, calls: place.calls().length };
}

describe('what leaves goes through the proxy that the environment names', () => {
  it.each([
    ['GitHub', githubPlace, ''],
    ['GitLab', gitlabPlace, ''],
    ['a Git server, without git', gitPlace, ''],
    ['a Git server, with git', gitPlace, process.env.PATH ?? ''],
  ])('to %s', async (_, start, path) => {
    const place = await start();
    const { host } = await registryFor();
    await place.push(files(host));
    const { connections, calls } = await checkThroughProxy(place, path);
    expect(connections).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(0);
  });

  it('to the public Sigstore', async () => {
    const proxy = await useProxy();
    const http = createHttp({ proxy: { https: proxy.url }, retry: { tries: 1 } });
    onTestFinished(() => http.close());
    const directory = await mkdtemp(join(tmpdir(), 'promote-'));
    await expect(openPublicSigstore(directory, http).root()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(proxy.hosts()).toContain('tuf-repo-cdn.sigstore.dev:443');
  });
});

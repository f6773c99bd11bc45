import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parrot, startParrot } from '../servers/parrot.ts';
import { base64, failsSilently, KEY, place } from './marked-run.ts';

/** Marked, so that one word finds them all; the key by one of its lines. */
const SECRETS = {
  github: 'marked-github-token',
  git: 'marked-git-token',
  url: 'marked-url-password',
  helper: 'marked-helper-secret',
  password: 'marked-key-password',
};

let parrot: Parrot;
let directory: string;
beforeAll(async () => {
  parrot = await startParrot();
  directory = await mkdtemp(join(tmpdir(), 'promote-secrets-'));
  await mkdir(join(directory, 'bin'));
  const helper = `#!/bin/sh\necho "no ${SECRETS.helper}" >&2; echo ${SECRETS.helper}; exit 1\n`;
  await writeFile(join(directory, 'bin/docker-credential-marked'), helper, { mode: 0o755 });
});
afterAll(async () => {
  await parrot.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a secret is in nothing that a failing command prints', () => {
  it('where a credential helper prints it', async () => {
    const login = { credHelpers: { [parrot.host]: 'marked' } };
    const at = await home('helper', '.docker/config.json', JSON.stringify(login));
    await fails(at, { HOME: at }, ['inspect', `${parrot.host}/basic/api:1.0.0`]);
  });

  it.each(['text', 'json', 'markdown'])('where a key is given in place of its name, as %s', async format => {
    const encoded = base64(KEY);
    for (const key of [KEY, encoded, KEY.trim().replaceAll('\n', '\\n')]) {
      for (const args of [
        ['sign', 'registry.example/api:1', '--key', key],
        ['sign', 'registry.example/api:1', `--key=${key}`],
        ['sign', key],
        ['verify', 'registry.example/api:1', '--key', key],
        ['apply', key],
        ['plan', 'dev', '--image', `api=${key}`],
        ['plan', 'dev', '--out', key],
        [key],
      ]) {
        const printed = await fails(directory, {}, [...args, '--format', format]);
        expect(printed).toContain('it is a private key itself');
      }
    }
    for (const setting of [
      `signing: { key: ${JSON.stringify(KEY)} }`,
      `signing: { key: "${encoded}" }`,
      `signing:\n  key: |\n    ${KEY.replaceAll('\n', '\n    ')}`,
      // Such a file is no YAML, and the place of the fault is within the key.
      `signing:\n  key: ${KEY}`,
    ]) {
      const at = await home(`file-${format}`, 'environments.yaml', environments(setting));
      await fails(at, {}, ['check', '--format', format]);
      await fails(at, {}, ['plan', 'dev', '--format', format]);
    }
  });

  it('where it is given in place of something else', async () => {
    const env = { COSIGN_PASSWORD: SECRETS.password, GITHUB_TOKEN: SECRETS.github };
    const at = await home('misplaced', 'environments.yaml', environments(''));
    for (const args of [
      ['sign', 'registry.example/api:1', '--key', SECRETS.password],
      ['plan', 'dev', '--image', `api=https://${SECRETS.github}@ghcr.io/acme/api`],
      ['status', '--file', `https://${SECRETS.github}@github.com/acme/gitops`],
      [SECRETS.github],
      ['plan', `--${SECRETS.github}`],
    ]) {
      await fails(at, env, args);
    }
  });

  it('where a proxy or an address holds it', async () => {
    const at = await home('proxy', 'environments.yaml', environments(''));
    const proxy = `http://user:${SECRETS.url}@127.0.0.1:9`;
    const image = 'registry.example/api:1';
    await fails(at, { HTTPS_PROXY: proxy, HOME: at }, ['inspect', image]);
    const file = `https://gitlab.invalid/acme/gitops?token=${SECRETS.git}//environments.yaml@main`;
    await fails(at, { HTTPS_PROXY: proxy, HOME: at }, ['status', '--file', file]);
  });
});

/** Runs it, and searches all that it printed. */
async function fails(cwd: string, env: Readonly<Record<string, string>>, args: readonly string[]) {
  const PATH = [join(directory, 'bin'), process.env.PATH].join(':');
  return await failsSilently(cwd, { PATH, ...env }, args, Object.values(SECRETS));
}

async function home(name: string, path: string, text: string): Promise<string> {
  return await place(join(directory, name), path, text);
}

function environments(more: string): string {
  return `version: 1
images: { api: { source: registry.example/build/api } }
environments:
  dev: { from: build, registry: registry.example/dev, files: ["dev/*.yaml"] }
${more}
`;
}

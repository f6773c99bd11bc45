import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { build } from '../e2e/shop.ts';
import { INSTALLATION, type Parrot, startParrot } from '../servers/parrot.ts';
import { startProxy } from '../servers/proxy.ts';
import { startSigstore } from '../servers/sigstore.ts';
import { newToken } from '../signing/keyless-place.ts';
import { base64, failsSilently, KEY, place } from './marked-run.ts';

const ANSWERS = ['401', '403', '404', '422', '429', '500', '503', 'back', 'away'] as const;
const IDENTITY = newToken();
const APP_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const SECRETS = {
  registry: 'marked-registry-@password',
  identity: 'marked-identity-token',
  github: 'marked-github-token',
  app: INSTALLATION,
  gitlab: 'marked-gitlab-token',
  job: 'marked-job-token',
  git: 'marked-git-token',
  url: 'marked-url-password',
  request: 'marked-request-token',
  proxy: 'marked-proxy-password',
};
const ALL = [
  ...Object.values(SECRETS),
  ...IDENTITY.split('.'),
  ...APP_KEY.split('\n').filter(line => line.length > 20 && !line.startsWith('-----')),
];

let parrot: Parrot;
let directory: string;
beforeAll(async () => {
  parrot = await startParrot();
  directory = await mkdtemp(join(tmpdir(), 'promote-clients-'));
  const layout = openLayout(directory)(parseRepositoryName('oci:image'));
  await pushImage(layout, build('1.0.0'), '1.0.0');
  const sigstore = await startSigstore();
  await writeFile(join(directory, 'root.json'), sigstore.trustedRoot);
  await sigstore.stop();
});
afterAll(async () => {
  await parrot.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A client: what runs it against the server `url`, as whom, and what the server must have heard. */
interface Client {
  readonly heard: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly file?: readonly [path: string, text: string];
  readonly commands: readonly (readonly string[])[];
}

/** Every client of ours that logs in somewhere; the server's path says how it refuses. */
const CLIENTS: Readonly<Record<string, (server: string, refusal: string) => Client>> = {
  'a registry with a password': (_, refusal) => registry(refusal, 'basic', password()),
  'a registry with a token for a password': (_, refusal) => registry(refusal, 'bearer', password()),
  'a registry with a token for an identity token': (_, refusal) =>
    registry(refusal, 'bearer', { identitytoken: SECRETS.identity }),
  'a registry with a token': (_, refusal) => registry(refusal, 'basic', { registrytoken: SECRETS.identity }),
  'GitHub with a token': server => github(server, { GITHUB_TOKEN: SECRETS.github }, [SECRETS.github]),
  'GitHub with an App that is refused': server => github(server, app(), ['bearer eyJ']),
  'GitHub with an App that has its token': server => github(`${server}/app-token`, app(), [SECRETS.app]),
  'GitLab with a token': server =>
    forge('gitlab', server, { CI_SERVER_URL: server, PROMOTE_GITLAB_TOKEN: SECRETS.gitlab }, [
      SECRETS.gitlab,
    ]),
  "GitLab with a job's token": server =>
    forge('gitlab', server, { CI_SERVER_URL: server, CI_JOB_TOKEN: SECRETS.job }, [SECRETS.job]),
  'Git with git': server => forge('git', server, gitLogin(), [SECRETS.git]),
  'Git without git': server => forge('git', server, { ...gitLogin(), PATH: '' }, [SECRETS.git]),
  'Git with a login in its address': server =>
    forge('git', server.replace('://', `://user:${SECRETS.url}@`), {}, [SECRETS.url]),
  "GitHub's identity tokens": server =>
    sign(
      `keyless: { identity: "a", issuer: "https://b.example" }, fulcio: "${server}", rekor: "${server}"`,
      {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${server}/token?api-version=2`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRETS.request,
      },
      [SECRETS.request],
    ),
  Fulcio: server =>
    sign(
      `keyless: { identity: "a", issuer: "https://b.example" }, fulcio: "${server}", rekor: "${server}"`,
      {
        SIGSTORE_ID_TOKEN: IDENTITY,
      },
      [IDENTITY],
    ),
  Rekor: server => sign(`key: "env://COSIGN_PRIVATE_KEY", rekor: "${server}"`, { COSIGN_PRIVATE_KEY: KEY }),
  'a timestamp authority': server =>
    sign(`key: "env://COSIGN_PRIVATE_KEY", rekor: false, tsa: "${server}"`, { COSIGN_PRIVATE_KEY: KEY }),
};

describe.each(Object.entries(CLIENTS))(
  'no secret is in what is printed or started by %s',
  (name, clientOf) => {
    it('however the server refuses, and repeats what it was sent', async () => {
      const url = `http://${parrot.host}`;
      const runs = ANSWERS.map(
        async answer => await run(name, answer, clientOf(`${url}/refused-${answer}`, answer)),
      );
      for (const client of await Promise.all(runs)) {
        expect([name, client.heard.filter(secret => parrot.heard([secret]) === 0)]).toEqual([name, []]);
      }
    });

    it('where TLS fails', async () => {
      if (name.startsWith('a registry')) return;
      await run(name, 'tls', clientOf(`https://${parrot.host}/refused-403`, '403'));
    });
  },
);

describe('no secret is in what is printed through a proxy', () => {
  it.each([401, 407, 502])('that answers %i', async answer => {
    const proxy = await startParrot(answer);
    const url = `http://user:${SECRETS.proxy}@${proxy.host}`;
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url };
    const image = 'registry.example/team/api:1.0.0';
    for (const [path, args] of [
      ['registry', ['inspect', image]],
      ['tuf', ['sign', 'oci:../image:1.0.0', '--environment', 'dev']],
      ['git', ['status', '--file', 'https://git.example/acme/gitops//environments.yaml@main']],
      ['git-without', ['status', '--file', 'https://git.example/acme/gitops//environments.yaml@main']],
    ] as const) {
      const signing = 'signing: { keyless: { identity: "a", issuer: "https://b.example" } }';
      const home = await place(
        join(directory, `proxy-${answer}-${path}`),
        'environments.yaml',
        environments(signing),
      );
      const more = path === 'git-without' ? { PATH: '' } : {};
      await failsSilently(home, { HOME: home, ...env, ...more }, args, ALL);
    }
    expect(proxy.heard([base64(`user:${SECRETS.proxy}`)])).toBeGreaterThan(0);
    await proxy.stop();
  });

  it('to a registry whose TLS fails', async () => {
    const proxy = await startProxy('elsewhere.test');
    const url = proxy.url.replace('://', `://user:${SECRETS.proxy}@`);
    const [, port] = parrot.host.split(':');
    const host = `elsewhere.test:${port}`;
    const login = JSON.stringify({ auths: { [host]: password() } });
    const home = await place(join(directory, 'proxy-tls'), '.docker/config.json', login);
    await failsSilently(home, { HOME: home, HTTPS_PROXY: url }, ['inspect', `${host}/basic/api:1`], ALL);
    expect(proxy.hosts()).toContain(host);
    await proxy.close();
  });
});

async function run(name: string, answer: string, client: Client): Promise<Client> {
  const [path, text] = client.file ?? ['x', ''];
  const home = await place(join(directory, `${name.replaceAll(/\W/g, '-')}-${answer}`), path, text);
  for (const [index, args] of client.commands.entries()) {
    const format = ['text', 'json', 'markdown'][index % 3] ?? 'text';
    const more = args[0] === 'sign' || args[0] === 'copy' ? [] : ['--format', format];
    const env = { HOME: home, PROMOTE_GITHUB_RATE_LIMITS: 'none', ...client.env };
    await failsSilently(home, env, ['--verbose', ...args, ...more], ALL);
  }
  return client;
}

function registry(refusal: string, kind: string, login: object): Client {
  const secret = Object.values(login).join().startsWith('marked') ? SECRETS.identity : SECRETS.registry;
  const image = `${parrot.host}/refused-${refusal}/${kind}/api`;
  return {
    heard: [secret],
    file: ['.docker/config.json', JSON.stringify({ auths: { [parrot.host]: login } })],
    commands: [
      ['inspect', `${image}:1.0.0`],
      ['verify', `${image}:1.0.0`, '--key', 'cosign.pub'],
      ['copy', `${image}:1.0.0`, 'oci:copy:1'],
      ['copy', 'oci:../image:1.0.0', `${image}:2.0.0`],
    ],
  };
}

function password() {
  return { auth: base64(`user:${SECRETS.registry}`) };
}

function app() {
  return { PROMOTE_GITHUB_APP_ID: '4711', PROMOTE_GITHUB_APP_KEY: APP_KEY };
}

function gitLogin() {
  return { PROMOTE_GIT_TOKEN: SECRETS.git, PROMOTE_GIT_HOST: parrot.host };
}

function github(server: string, env: Readonly<Record<string, string>>, heard: readonly string[]): Client {
  return forge('github', server, { GITHUB_SERVER_URL: server, GITHUB_API_URL: server, ...env }, heard);
}

function forge(
  kind: string,
  server: string,
  env: Readonly<Record<string, string>>,
  heard: readonly string[],
): Client {
  const repository = `${server}/acme/gitops`;
  const stated = `deployments: { repository: "${repository.replace(/\/\/.*@/, '//')}", forge: ${kind} }`;
  return {
    heard,
    env,
    file: ['environments.yaml', environments(stated)],
    commands: [['status', '--file', `${repository}//environments.yaml@main`]],
  };
}

function sign(signing: string, env: Readonly<Record<string, string>>, heard: readonly string[] = []): Client {
  return {
    heard,
    env,
    file: ['environments.yaml', environments(`signing: { ${signing}, trustedRoot: ../root.json }`)],
    commands: [['sign', 'oci:../image:1.0.0', '--environment', 'dev']],
  };
}

function environments(more: string): string {
  return `version: 1
images: { api: { source: registry.example/build/api } }
environments:
  dev: { from: build, registry: registry.example/dev, files: ["dev/*.yaml"] }
${more}
`;
}

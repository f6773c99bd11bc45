import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { spawnPromote } from '../built/run-promote.ts';
import { temporaryDirectory } from '../git/fixture.ts';
import { listen, portOf } from '../servers/registry.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { gitlabPlace } from './gitlab-place.ts';

const BOTH = ['NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO'] as const;

describeWith(['git', 'openssl'], "a GitLab with a certificate of one's own", () => {
  it('is read and written where both Node and Git know the authority', async () => {
    const { place, hold } = await secured();
    expect(await hold(...BOTH)).toMatchObject({ code: 0 });
    expect(await place.file('promote-holds.yaml')).toContain('before the fair');
  });

  it.each([
    ['Node', 'GIT_SSL_CAINFO', 'NODE_EXTRA_CA_CERTS'],
    ['Git', 'NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO'],
  ] as const)('names the variable that %s lacks', async (_, given, missing) => {
    const { place, hold } = await secured();
    expect(await hold(given)).toMatchObject({ code: 1, stderr: expect.stringContaining(missing) });
    expect(await place.file('promote-holds.yaml')).toBe('');
  });
});

/** A project behind HTTPS, and a hold on an image of it. */
async function secured() {
  const directory = await temporaryDirectory();
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const subject = ['-subj', '/CN=gitlab', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  await runProgram('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate]);
  const place = await gitlabPlace();
  const origin = await serve(place.url, await readFile(key), await readFile(certificate));
  const url = place.url.replace(new URL(place.url).origin, origin);
  await place.push({
    'environments.yaml': `version: 1
images: { api: {} }
deployments: { repository: "${url}", branch: main }
environments:
  dev: { from: build, registry: "oci:dev", files: ["dev/*.yaml"], commit: direct }
`,
    'dev/api.yaml': 'image: { repository: oci:dev/api, tag: "1" }\n',
  });
  const variables = {
    PATH: process.env.PATH,
    HOME: directory,
    ...place.variables,
    CI_SERVER_URL: `${origin}/gitlab`,
    CI_PROJECT_URL: url,
  };
  const hold = async (...named: readonly (typeof BOTH)[number][]) => {
    const env = { ...variables, ...Object.fromEntries(named.map(name => [name, certificate])) };
    const words = ['hold', 'dev', 'api', '--all', '--reason', 'before the fair', '--requested-by', 'oncall'];
    return await spawnPromote(directory, env, [...words, '--file', `${url}//environments.yaml@main`]);
  };
  return { place, hold };
}

/** HTTPS before a server without it; answers its own origin. */
async function serve(target: string, key: Buffer, cert: Buffer): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = createServer({ key, cert }, (message, response) => {
    const { method, url: path, headers } = message;
    const inner = request({ hostname, port, method, path, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    message.pipe(inner);
  });
  await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return `https://127.0.0.1:${portOf(server)}`;
}

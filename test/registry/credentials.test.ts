import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { dockerCredentials, type Variables } from '../../src/registry/auth/credentials.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'promote-home-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

describe('an entry', () => {
  it.each([
    ['user and password in one', { auth: encoded('user:pass:word') }, basic('user', 'pass:word')],
    ['padding that some tools leave', { auth: encoded('user:pass\0\0') }, basic('user', 'pass')],
    ['user and password apart', { username: 'user', password: 'pass' }, basic('user', 'pass')],
    [
      'an identity token',
      { auth: encoded('0000:'), identitytoken: 'id' },
      { kind: 'identity-token', token: 'id' },
    ],
    ['an access token', { registrytoken: 'access' }, { kind: 'bearer', token: 'access' }],
    ['the mark of a helper', {}, undefined],
    ['damage', { auth: '%%%' }, undefined],
  ])('may hold %s', async (_, entry, expected) => {
    expect(await lookUp({ auths: { 'ghcr.io': entry } }, 'ghcr.io/acme/api')).toEqual(expected);
  });
});

describe('a repository', () => {
  const auths = {
    'https://index.docker.io/v1/': { auth: encoded('hub:1') },
    'ghcr.io': { auth: encoded('host:1') },
    'ghcr.io/acme': { auth: encoded('namespace:1') },
    'ghcr.io/acme/api': { auth: encoded('image:1') },
    'https://registry.example.com:5000/v2/': { auth: encoded('old:1') },
  };

  it.each([
    ['nginx', 'hub'],
    ['docker.io/acme/api', 'hub'],
    ['index.docker.io/acme/api', 'hub'],
    ['ghcr.io/other/api', 'host'],
    ['ghcr.io/acme/web', 'namespace'],
    ['ghcr.io/acme/api', 'image'],
    ['ghcr.io/acme/api/tools', 'image'],
    ['ghcr.io/acme-other/api', 'host'],
    ['registry.example.com:5000/a', 'old'],
    ['registry.example.com/a', undefined],
  ])('%s finds the entry of %s', async (repository, username) => {
    const found = await lookUp({ auths }, repository);
    expect(found).toEqual(username === undefined ? undefined : basic(username, '1'));
  });
});

describe('the configuration', () => {
  it('is looked for in one place after another', async () => {
    const variables: Variables = {
      HOME: home,
      DOCKER_AUTH_CONFIG: config('a.io', 'inline'),
      REGISTRY_AUTH_FILE: join(home, 'auth.json'),
      XDG_RUNTIME_DIR: join(home, 'run'),
    };
    await write('.docker/config.json', config('b.io', 'docker'));
    await write('auth.json', config('c.io', 'named'));
    await write('run/containers/auth.json', config('d.io', 'runtime'));
    await write('.config/containers/auth.json', config('e.io', 'config'));
    const credentials = dockerCredentials(variables);
    const found = await Promise.all(
      ['a.io', 'b.io', 'c.io', 'd.io', 'e.io', 'f.io'].map(host => credentials(name(`${host}/a`))),
    );
    const users = ['inline', 'docker', 'named', 'runtime', 'config'];
    expect(found).toEqual([...users.map(username => basic(username, 'secret')), undefined]);
  });

  it('is behind what variables name for a host, and before the old file', async () => {
    await write('.dockercfg', JSON.stringify({ 'https://old.io/v1/': { auth: encoded('old:secret') } }));
    await write('.docker/config.json', config('my-reg.io:5000', 'docker'));
    const credentials = dockerCredentials({
      HOME: home,
      PROMOTE_REGISTRY_MY__REG_IO_5000_USERNAME: 'named',
      PROMOTE_REGISTRY_MY__REG_IO_5000_PASSWORD: 'secret',
      PROMOTE_REGISTRY_GHCR_IO_TOKEN: 'identity',
      PROMOTE_REGISTRY_DOCKER_IO_USERNAME: 'half',
    });
    expect(await credentials(name('my-reg.io:5000/a'))).toEqual(basic('named', 'secret'));
    expect(await credentials(name('my.reg.io:5000/a'))).toBeUndefined();
    expect(await credentials(name('ghcr.io/a/b'))).toEqual({ kind: 'identity-token', token: 'identity' });
    expect(await credentials(name('old.io/a'))).toEqual(basic('old', 'secret'));
    await expect(credentials(name('nginx'))).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('may lie elsewhere than in the home directory', async () => {
    await write('.docker/config.json', config('a.io', 'home'));
    await write('other/config.json', config('a.io', 'other'));
    const credentials = dockerCredentials({ HOME: home, DOCKER_CONFIG: join(home, 'other') });
    expect(await credentials(name('a.io/a'))).toEqual(basic('other', 'secret'));
  });

  it('is reported where it is damaged, without its content', async () => {
    const failure = await dockerCredentials({ DOCKER_AUTH_CONFIG: '{"auths": hunter2' })(
      name('a.io/a'),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONFIGURATION' });
    expect(String(failure)).not.toContain('hunter2');
  });
});

describe('a helper program', () => {
  it.each([
    ['its user and password', 'echo \'{"Username":"user","Secret":"pass"}\'', basic('user', 'pass')],
    [
      'an identity token',
      'echo \'{"Username":"<token>","Secret":"id"}\'',
      { kind: 'identity-token', token: 'id' },
    ],
    ['nothing', 'echo "credentials not found in native keychain"; exit 1', undefined],
  ])('hands over %s', async (_, script, expected) => {
    await helper('test', script);
    expect(await lookUp({ credHelpers: { 'a.io': 'test' } }, 'a.io/a')).toEqual(expected);
  });

  it('gets the registry, Docker Hub by its old name', async () => {
    await helper('test', 'printf \'{"Username":"%s","Secret":"%s"}\' "$1" "$(cat)"');
    const config = { credsStore: 'test' };
    expect(await lookUp(config, 'a.io:5000/a')).toEqual(basic('get', 'a.io:5000'));
    expect(await lookUp(config, 'nginx')).toEqual(basic('get', 'https://index.docker.io/v1/'));
  });

  it('is asked once a registry, and before the stored entries', async () => {
    await helper(
      'test',
      `echo x >> ${home}/asked; printf '{"Username":"%s","Secret":"s"}' "$(wc -l < ${home}/asked)"`,
    );
    const credentials = source({ credsStore: 'test', auths: { 'a.io': { auth: encoded('stored:1') } } });
    expect(await credentials(name('a.io/a'))).toEqual(basic('1', 's'));
    expect(await credentials(name('a.io/b'))).toEqual(basic('1', 's'));
  });

  it('that is not there gives way to stored entries where it is for all registries', async () => {
    const config = { credsStore: 'absent', auths: { 'a.io': { auth: encoded('stored:1') } } };
    expect(await lookUp(config, 'a.io/a')).toEqual(basic('stored', '1'));
    expect(await lookUp(config, 'b.io/a')).toBeUndefined();
  });

  it.each([
    ['fails with an answer', 'test', 'echo \'{"Username":"u","Secret":"hunter2"}\'; exit 2'],
    ['fails with an answer for people', 'test', 'echo "secret: hunter2" >&2; exit 2'],
    ['fails with a token', 'test', 'echo "no access with ghp_hunter2hunter2hunter2hunter2"; exit 2'],
    ['says what is no answer', 'test', 'echo hunter2'],
    ['is not there', 'absent', ''],
    ['is a path', '../test', ''],
  ])('that %s is reported without its output', async (_, program, script) => {
    await helper('test', script);
    const failure = await lookUp({ credHelpers: { 'a.io': program } }, 'a.io/a').catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'CONFIGURATION' });
    expect(String(failure)).not.toContain('hunter2');
  });

  it.each(['echo "error: reauthentication is needed"', 'echo "error: reauthentication is needed" >&2'])(
    'that fails is quoted: %s',
    async script => {
      await helper('test', `${script}; exit 2`);
      await expect(lookUp({ credHelpers: { 'a.io': 'test' } }, 'a.io/a')).rejects.toMatchObject({
        code: 'CONFIGURATION',
        message: 'docker-credential-test get for a.io: exit code 2: error: reauthentication is needed',
      });
    },
  );
});

function source(config: object) {
  const PATH = `${home}${delimiter}${process.env.PATH ?? ''}`;
  return dockerCredentials({ PATH, DOCKER_AUTH_CONFIG: JSON.stringify(config) });
}

function lookUp(config: object, repository: string) {
  return source(config)(name(repository));
}

async function helper(program: string, script: string): Promise<void> {
  const path = join(home, `docker-credential-${program}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

function config(host: string, username: string): string {
  return JSON.stringify({ auths: { [host]: { auth: encoded(`${username}:secret`) } } });
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

function basic(username: string, password: string) {
  return { kind: 'basic', username, password };
}

function name(repository: string) {
  return parseRepositoryName(repository);
}

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { parseCredentialFile } from '../../src/registry/auth/credentials-file.ts';
import { pullLogins, pullSecret } from '../../src/registry/auth/pull-secret.ts';
import { kubeletLogins } from '../servers/kubelet.ts';

const NOW = new Date('2026-11-30T06:00:00Z');
const entry = (username: string, password: string) => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});
const jwt = (exp: number) =>
  [{ alg: 'none' }, { sub: 'x', exp }]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

function loginsFor(config: object, repositories: readonly string[], ofJob: readonly string[] = []) {
  const file = parseCredentialFile(JSON.stringify(config), 'config.json');
  return pullLogins(repositories.map(parseRepositoryName), { file, name: 'config.json', now: NOW, ofJob });
}

describe('the Secret of an environment', () => {
  const auths = {
    'ghcr.io': entry('wide', 'w'),
    'ghcr.io/acme': entry('robot', 'p:q'),
    'registry.eu.acme.com:5000': entry('eu', 'e'),
    'https://index.docker.io/v1/': entry('hub', 'h'),
    'unrelated.example': entry('other', 'o'),
  };
  const repositories = ['ghcr.io/acme/production/api', 'registry.eu.acme.com:5000/prod/api', 'acme/api'];
  const made = pullSecret('promote-production', 'shop', loginsFor({ auths }, repositories));
  const { data, ...rest } = parse(made);
  const config = JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString());

  it('is one that Kubernetes takes', () => {
    expect(rest).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'promote-production', namespace: 'shop' },
      type: 'kubernetes.io/dockerconfigjson',
    });
  });

  it.each([
    ['ghcr.io/acme/production/api:1', 'robot', 'p:q'],
    ['registry.eu.acme.com:5000/prod/api:1', 'eu', 'e'],
    ['docker.io/acme/api:1', 'hub', 'h'],
  ])('lets the kubelet pull %s', (image, username, password) => {
    expect(kubeletLogins(config, image)[0]).toEqual({ username, password });
  });

  it('holds no login of a registry that the environment does not pull from, nor a wider one', () => {
    expect(Object.keys(config.auths).sort()).toEqual([
      'ghcr.io/acme',
      'https://index.docker.io/v1/',
      'registry.eu.acme.com:5000',
    ]);
  });
});

describe('is refused', () => {
  const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api';
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  it.each<[string, object, RegExp, (readonly string[])?]>([
    ['without a login', { auths: {} }, /names no login/],
    ['with a helper alone', { credsStore: 'ecr-login' }, /a helper program keeps its login/],
    ['with the helper of that registry', { credHelpers: { [host]: 'ecr-login' } }, /a helper program/],
    ['with a password of hours', { auths: { [host]: entry('AWS', 'x') } }, /12 hours/],
    ['with a token of an hour', { auths: { [host]: entry('oauth2accesstoken', 'ya29.x') } }, /an hour/],
    ["with a GitHub job's token", { auths: { [host]: entry('acme', `ghs_${'x'.repeat(36)}`) } }, /an hour/],
    ["with a GitLab job's token", { auths: { [host]: entry('gitlab-ci-token', 'x') } }, /ends with the job/],
    [
      "with a job's token under another name",
      { auths: { [host]: entry('bot', 'j') } },
      /job's own token/,
      ['j'],
    ],
    [
      'with a token that ends within a day',
      { auths: { [host]: entry('bot', `${jwt(NOW.getTime() / 1000 + 86_399)}.sig`) } },
      /ends at 2026-12-01T05:59:59/,
    ],
    ['with a token that is to be exchanged', { auths: { [host]: { identitytoken: 'x' } } }, /a token alone/],
  ])('%s', (_, config, message, ofJob) => {
    expect(() => loginsFor(config, [repository], ofJob)).toThrow(message);
  });

  it('but not for a token that lasts a day and more', () => {
    const password = `${jwt(NOW.getTime() / 1000 + 86_400)}.sig`;
    expect(loginsFor({ auths: { [host]: entry('bot', password) } }, [repository]).get(host)?.password).toBe(
      password,
    );
  });

  it('with all that is missing at once, and no password in it', () => {
    const config = { auths: { 'a.example': entry('AWS', 'marked-secret') } };
    const seen = () => loginsFor(config, ['a.example/x', 'b.example/x', 'b.example/y']);
    expect(seen).toThrow(/a\.example: .*12 hours\n[\s\S]*b\.example: .*names no login/);
    expect(seen).not.toThrow(/marked-secret/);
  });
});

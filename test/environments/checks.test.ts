import { describe, expect, it } from 'vitest';
import { checkUrl, isCheckUrl } from '../../src/environments/gates/check-url.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

const HOSTS = 'hosts: { status.example: {}, plain.example: { insecure: true } }';
const URL_CHECK = 'url: "https://status.example/{digest}", path: /state, value: ok';

const problems = (checks: string, more = HOSTS) =>
  problemsOf(fileWith({ prod: `gates: { checks: ${checks} }`, more })).map(marked);

describe('the setting of the gate checks', () => {
  it.each([
    '[{ status: argocd/qa }]',
    '[{ status: { pattern: "kustomization/.*" }, app: argo-cd, timeout: 2h }]',
    '[{ status: e2e, user: alice, images: [api] }]',
    '[{ pipeline: push }]',
    '[{ test: e2e.yml, signers: [{ key: a.pub }, { keyless: { identity: a, issuer: b } }] }]',
    `[{ ${URL_CHECK}, pending: running }]`,
    '[{ url: "http://plain.example/a", path: /a~1b/0, value: true }]',
    '[{ running: true }, { running: true, context: a, namespaces: [b], timeout: 1h }]',
  ])('takes %s', checks => {
    expect(problems(checks)).toEqual([]);
  });

  it.each([
    ['no check', '[]', 'checks'],
    ['nothing to look for', '[{ timeout: 2h }]', '{ timeout: 2h }'],
    ['two things at once', '[{ status: a, pipeline: b }]', '{ status: a, pipeline: b }'],
    ['an App of a pipeline', '[{ pipeline: a, app: b }]', '{ pipeline: a, app: b }'],
    ['a test without signers', '[{ test: a }]', '{ test: a }'],
    [
      'a URL without a value',
      '[{ url: "https://status.example/", path: /a }]',
      '{ url: "https://status.example/", path: /a }',
    ],
    ['a path that is no pointer', '[{ url: "https://status.example/", path: a.b, value: 1 }]', 'a.b'],
    ['a pattern that is none', '[{ status: { pattern: "(" } }]', '"("'],
    ['a status of our own', '[{ status: promote/gate }]', 'promote/gate'],
    ['an unknown image', '[{ status: a, images: [web] }]', 'web'],
    ['an unknown key', '[{ status: a, stauts: b }]', 'stauts'],
    [
      'an unknown host',
      '[{ url: "https://other.example/", path: /a, value: 1 }]',
      '"https://other.example/"',
    ],
    [
      'another port of a host',
      '[{ url: "https://status.example:8443/", path: /a, value: 1 }]',
      '"https://status.example:8443/"',
    ],
    ['plain HTTP', '[{ url: "http://status.example/", path: /a, value: 1 }]', '"http://status.example/"'],
    [
      'a login',
      '[{ url: "https://a:b@status.example/", path: /a, value: 1 }]',
      '"https://***@status.example/"',
    ],
    ['a host left open', '[{ url: "https://{image}/", path: /a, value: 1 }]', '"https://{image}/"'],
    [
      'an unknown place',
      '[{ url: "https://status.example/{tag}", path: /a, value: 1 }]',
      '"https://status.example/{tag}"',
    ],
    ['a rollout that is not asked for', '[{ running: false }]', 'false'],
    ['a context of another check', '[{ status: a, context: b }]', '{ status: a, context: b }'],
  ])('is refused with %s', (_, checks, under) => {
    expect(problems(checks)).toEqual([under]);
  });

  it('is refused where there is no environment before', () => {
    const text = fileWith({ dev: 'gates: { checks: [{ status: a }] }' });
    expect(problemsOf(text).map(marked)).toEqual(['checks']);
  });

  it('has no signer that signs images', () => {
    const signing = 'signing: { key: own.key, publicKey: a.pub }';
    expect(problems('[{ test: a, signers: { key: a.pub } }]', signing)).toEqual(['a.pub']);
    expect(problems('[{ test: a, signers: [{ key: b.pub }, { key: a.pub }] }]', signing)).toEqual(['a.pub']);
    expect(problems('[{ test: a, signers: { key: b.pub } }]', signing)).toEqual([]);
  });

  it('waits for a day, unless told otherwise', () => {
    const text = fileWith({ prod: 'gates: { checks: [{ status: a }, { status: b, timeout: 30m }] }' });
    const { gates } = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
    expect(gates.checks?.map(({ timeout }) => timeout)).toEqual(['24h', '30m']);
  });

  it("fills a URL's places, encoded", () => {
    const parts = { image: 'api', digest: 'sha256:ab', commit: 'c', environment: 'qa' };
    const written = 'https://a.example/{environment}/{image}?d={digest}&c={commit}';
    expect(isCheckUrl(written)).toBe(true);
    expect(checkUrl(written, parts).href).toBe('https://a.example/qa/api?d=sha256%3Aab&c=c');
  });
});

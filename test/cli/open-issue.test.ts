import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { githubPlace } from '../e2e/github-place.ts';
import { gitlabPlace } from '../e2e/gitlab-place.ts';
import { describeWith } from '../servers/tools.ts';
import {
  createVulnerableShop,
  ENVIRONMENTS,
  exploitedList,
  found,
  pinning,
  type VulnerableShop,
} from './vulnerable-shop.ts';

const PLACES = [
  [
    'GitHub',
    async () => {
      const place = await githubPlace();
      const { world } = place.server;
      return {
        ...place,
        bodies: () => world.issues.map(({ body }) => String(body)),
        open: () => (world.settings.isPublic = true),
      };
    },
  ],
  [
    'GitLab',
    async () => {
      const place = await gitlabPlace();
      const { world } = place.server;
      return {
        ...place,
        bodies: () => world.issues.map(one => one.description),
        open: () => (world.settings.visibility = 'public'),
      };
    },
  ],
] as const;

/** The words of the template for GitHub, as a job's shell reads them in a repository. */
function commandOn(url: string): readonly string[] {
  const { jobs } = parse(
    readFileSync(join(import.meta.dirname, '../../templates/github/vulnerabilities.yml'), 'utf8'),
  );
  const [{ run }] = jobs.survey.steps;
  const [program, ...words] = run
    .replaceAll('"', '')
    .replace('$GITHUB_SERVER_URL/$GITHUB_REPOSITORY', url)
    .replace('$GITHUB_REF_NAME', 'main')
    .split(' ');
  expect(program).toBe('promote');
  return words;
}

describeWith(['git'], 'promote vulnerabilities --open-issue', () => {
  let shop: VulnerableShop | undefined;
  afterEach(async () => await shop?.close());

  it.each(PLACES)('keeps one issue on %s, and writes nothing where nothing is new', async (_, start) => {
    const place = await start();
    shop = await createVulnerableShop(place.variables);
    const { build, scan, run } = shop;
    // That of the scanning job, whose signers are looked at.
    await shop.write('environments.yaml', ENVIRONMENTS);
    const digest = await build('production/api', '1.0.0');
    await scan('production/api:1.0.0', digest, '2026-11-20T10:00:00Z', [found(1, 'CRITICAL')]);
    await place.push({
      'environments.yaml': ENVIRONMENTS,
      'scanner.pub': shop.publicKey,
      'security/kev.json': exploitedList('CVE-2026-0001'),
      'production/api.yaml': pinning('production/api', '1.0.0', digest),
    });
    const keep = async (...args: readonly string[]) => {
      place.calls();
      const ran = await run(...commandOn(place.url), ...args, '--format', 'json');
      const writes = place.calls().filter(line => /^(?:POST|PUT|PATCH) .*issues/.test(line));
      return { ...ran, writes: writes.length, ...JSON.parse(ran.stdout) };
    };
    expect(await keep()).toMatchObject({ code: 0, writes: 1, issues: [{ outcome: 'opened' }] });
    expect(await keep()).toMatchObject({ code: 0, writes: 0, issues: [{ outcome: 'unchanged' }] });
    expect(place.bodies()).toEqual([expect.stringContaining('(exploited)')]);
    await scan('production/api:1.0.0', digest, '2026-11-21T10:00:00Z', []);
    expect(await keep()).toMatchObject({ code: 0, writes: 1, issues: [{ outcome: 'closed' }] });
    place.open();
    expect(await keep()).toMatchObject({ writes: 0, error: { code: 'FORBIDDEN' } });
    expect(await keep('--public')).toMatchObject({ code: 0, writes: 0, issues: [{ outcome: 'unchanged' }] });
  });

  it('writes nothing in a run that a fork may have started', async () => {
    const place = await githubPlace();
    shop = await createVulnerableShop({ ...place.variables, ...place.pulls.fork });
    const file = ['--file', `${place.url}//environments.yaml@main`];
    const { code, stderr } = await shop.run('vulnerabilities', '--open-issue', ...file);
    expect([code, place.calls()]).toEqual([expect.any(Number), []]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('pull_request_target');
  });

  it.each([
    [['--public'], '--public is an option of --open-issue'],
    [['production', '--open-issue'], 'one issue of all environments'],
    [['--open-issue'], 'it is on no forge'],
  ])('refuses %s', async (args, message) => {
    shop = await createVulnerableShop();
    await shop.write('environments.yaml', ENVIRONMENTS);
    await shop.write('production/api.yaml', '{}\n');
    shop.commit('2026-10-02T08:00:00Z');
    const { code, stderr } = await shop.run('vulnerabilities', ...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

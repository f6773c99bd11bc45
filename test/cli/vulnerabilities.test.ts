import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { plain, shownIn } from '../shown.ts';
import {
  createVulnerableShop,
  ENVIRONMENTS,
  exploitedList,
  found,
  pinning,
  type VulnerableShop,
} from './vulnerable-shop.ts';

const OLD = [
  found(1, 'CRITICAL'),
  found(2, 'MEDIUM'),
  found(3, 'HIGH', ''),
  found(4, 'LOW', '2.0.0', 'zlib'),
  found(5, 'CRITICAL', '9.0.0', 'curl'),
];

describeWith(['git'], 'promote vulnerabilities', () => {
  let shop: VulnerableShop;
  const json = async (...args: readonly string[]) => {
    const { code, stdout } = await shop.run('vulnerabilities', ...args, '--format', 'json');
    return { code, ...JSON.parse(stdout) };
  };
  beforeAll(async () => {
    shop = await createVulnerableShop();
    const old = await shop.build('production/api', '1.0.0');
    const newer = await shop.build('dev/api', '1.1.0');
    const built = await shop.build('build/api', '1.2.0');
    const web = await shop.build('production/web', '1.0.0');
    await shop.write('environments.yaml', ENVIRONMENTS);
    await shop.write('security/kev.json', exploitedList('CVE-2026-0004'));
    await shop.write('dev/api.yaml', pinning('dev/api', '1.1.0', newer));
    await shop.write('production/api.yaml', pinning('production/api', '1.0.0', old));
    await shop.write('production/web.yaml', pinning('production/web', '1.0.0', web));
    shop.commit('2026-10-02T08:00:00Z');
    await shop.scan('production/api:1.0.0', old, '2026-09-01T10:00:00Z', [found(1, 'CRITICAL')]);
    await shop.scan('production/api:1.0.0', old, '2026-11-20T10:00:00Z', OLD);
    await shop.scan('dev/api:1.1.0', newer, '2026-11-20T10:00:00Z', [found(3, 'HIGH', ''), found(6, 'HIGH')]);
    await shop.scan('build/api:1.2.0', built, '2026-11-20T10:00:00Z', []);
  });
  afterAll(async () => await shop.close());

  it('tells what runs by image, the exploited first, since when, until when, and what cures it', async () => {
    const { code, complete, healthy, environments } = await json('production');
    expect([code, complete, healthy]).toEqual([0, true, false]);
    const [{ images }] = environments;
    const [api, web] = images;
    expect(api).toMatchObject({
      image: 'api',
      tag: '1.0.0',
      pins: ['production/api.yaml:3'],
      pinnedSince: '2026-10-02T08:00:00.000Z',
      state: 'scanned',
      reports: [{ scanner: 'trivy', time: '2026-11-20T10:00:00.000Z' }],
      endedExceptions: [{ id: 'CVE-2026-0003', until: '2020-01-01', owner: 'api-team' }],
      cures: [
        { kind: 'image', where: 'dev', tag: '1.1.0', fresh: 1 },
        { kind: 'image', where: 'build', tag: '1.2.0', fresh: 0 },
      ],
    });
    const [dev, build] = [0, 1].map(cure => ({ cure, certain: true }));
    expect(
      api.vulnerabilities.map((one: Record<string, unknown>) => [
        one.id,
        one.state,
        one.fixable,
        one.since,
        one.curedBy,
      ]),
    ).toEqual([
      ['CVE-2026-0004', 'open', 'yes', '2026-11-20T10:00:00.000Z', [dev, build]],
      // Reported before it was pinned: it is there since then.
      ['CVE-2026-0001', 'open', 'yes', '2026-10-02T08:00:00.000Z', [dev, build]],
      ['CVE-2026-0005', 'exception', 'yes', '2026-11-20T10:00:00.000Z', []],
      ['CVE-2026-0003', 'open', 'no', '2026-11-20T10:00:00.000Z', [build]],
      ['CVE-2026-0002', 'passed', 'yes', '2026-11-20T10:00:00.000Z', []],
    ]);
    expect(api.vulnerabilities[2].exception).toMatchObject({ until: '2099-12-31', owner: 'api-team' });
    // Never "none".
    expect(web).toMatchObject({
      image: 'web',
      state: 'unscanned',
      gaps: ['no report that counts'],
      vulnerabilities: [],
    });
  });

  it('says so in words, and exits with 3 where that is asked', async () => {
    const [shown] = shownIn('docs/vulnerabilities.md');
    const { code, stdout } = await shop.run('vulnerabilities', '--exit-code');
    expect([code, shown?.command]).toEqual([3, 'promote vulnerabilities production']);
    expect(plain(stdout)).toContain(plain(shown?.printed ?? 'nothing is shown'));
    expect(stdout).toContain('dev: not judged');
  });

  it('has a result of SARIF at each pin, what is covered suppressed', async () => {
    const { code, stdout } = await shop.run('vulnerabilities', 'production', '--format', 'sarif');
    const [run] = JSON.parse(stdout).runs;
    const results = run.results.map((one: Record<string, never>) => [
      one.ruleId,
      one.level,
      'suppressions' in one,
    ]);
    expect(code).toBe(0);
    expect(results).toEqual([
      ['CVE-2026-0004', 'error', false],
      ['CVE-2026-0001', 'error', false],
      ['CVE-2026-0005', 'error', true],
      ['CVE-2026-0003', 'error', false],
      ['not-scanned', 'warning', false],
    ]);
    const [{ physicalLocation }] = run.results[0].locations;
    expect(physicalLocation).toMatchObject({
      artifactLocation: { uri: 'production/api.yaml' },
      region: { startLine: 3 },
    });
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  it('refuses an environment without the gate by name, since nobody knows whose reports count', async () => {
    expect(await json('dev')).toMatchObject({ code: 2, error: { code: 'CONFIGURATION' } });
    expect(await json('production', 'dev')).toMatchObject({ code: 2, error: { code: 'CONFIGURATION' } });
  });

  it('fails where an image or a list cannot be read, and says the rest', async () => {
    const values = pinning('production/web', '1.0.0', `sha256:${'0'.repeat(64)}` as never);
    await shop.write('production/web.yaml', values);
    shop.commit('2026-10-03T08:00:00Z');
    const { code, complete, environments } = await json('production');
    expect([code, complete]).toEqual([1, false]);
    expect(environments[0].images).toMatchObject([{ image: 'api', state: 'scanned' }, { state: 'unread' }]);
    expect(environments[0].failures).toMatchObject([{ code: 'NOT_FOUND' }]);
    await shop.write('security/kev.json', 'nothing');
    shop.commit('2026-10-04T08:00:00Z');
    const broken = await json('production');
    expect(broken).toMatchObject({ code: 1, complete: false, environments: [{ images: [] }] });
    expect(broken.environments[0].failures[0].message).toContain('security/kev.json');
  });
});

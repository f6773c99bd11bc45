import { describe, expect, it } from 'vitest';
import { askDependencyTrack } from '../../src/cli/scan-services/dependency-track.ts';
import { askHarbor } from '../../src/cli/scan-services/harbor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { type Asked, listen } from '../servers/listen.ts';
import { http, OTHER, read, SCANNED } from './scanned.ts';

describe('Harbor', () => {
  const env = { HARBOR_USERNAME: 'robot$promote', HARBOR_PASSWORD: 'harbor-password' };

  /**
   * As `/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/vulnerabilities`:
   * `GetVulnerabilitiesAddition` of `src/server/v2.0/handler/artifact.go` of https://github.com/goharbor/harbor. It
   * answers the first of the types that it has a report in, or an empty object.
   */
  async function open() {
    const url = await listen(({ method, url: asked, headers }: Asked) => {
      const refused = (status: number, code: string) => ({
        status,
        body: { errors: [{ code, message: code }] },
      });
      const login = Buffer.from('robot$promote:harbor-password').toString('base64');
      if (headers.authorization !== `Basic ${login}`) return refused(401, 'UNAUTHORIZED');
      const [, project, repository, digest] =
        /^\/api\/v2\.0\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts\/([^/]+)\/additions\/vulnerabilities$/.exec(
          asked,
        ) ?? [];
      // A slash is encoded twice, since a proxy decodes it once.
      const isThere = method === 'GET' && project === 'team' && repository === 'shop%252Fapi';
      if (!isThere) return refused(404, 'NOT_FOUND');
      if (digest !== SCANNED) return digest === OTHER ? { status: 200, body: {} } : refused(404, 'NOT_FOUND');
      const type = `${headers['x-accept-vulnerabilities']}`.split(',')[0] ?? '';
      const found = { id: 'CVE-2026-1', package: 'libc', version: '1', fix_version: '', severity: 'High' };
      const report = {
        generated_at: '2026-11-20T00:00:00Z',
        scanner: { name: 'Trivy' },
        vulnerabilities: [{ ...found, artifact_digests: [SCANNED] }],
      };
      return { status: 200, body: type.includes('version=1.1') ? { [type]: report } : {} };
    });
    return parseRepositoryName(`${new URL(url).host}/team/shop/api`);
  }

  it('is asked for the report of the very digest', async () => {
    const repository = await open();
    const report = await askHarbor(http, env, { image: 'api', repository, digest: SCANNED });
    expect(report).toMatchObject({ by: `Harbor at ${repository.split('/')[0]}` });
    expect(read(report)).toMatchObject({
      scanner: 'trivy',
      digests: [{ digest: SCANNED }],
      findings: [{ id: 'CVE-2026-1' }],
    });
  });

  it.each([
    ['has not scanned', OTHER],
    ['does not have', digestOf('nowhere')],
  ])('says what it %s', async (why, digest) => {
    const repository = await open();
    expect(await askHarbor(http, env, { image: 'api', repository, digest })).toEqual({
      kind: 'lacking',
      reason: `Harbor at ${repository.split('/')[0]} ${why} it`,
      hint: `have Harbor scan ${repository}`,
    });
  });

  it('is an error with a login that is wrong or absent', async () => {
    const asked = { image: 'api', repository: await open(), digest: SCANNED };
    const wrong = { ...env, HARBOR_PASSWORD: 'wrong-password' };
    await expect(askHarbor(http, wrong, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(askHarbor(http, {}, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED', isAbsent: true });
  });
});

describe('Dependency-Track', () => {
  const env = { DEPENDENCY_TRACK_API_KEY: 'odt_secret_key' };
  const uuid = '7f9b2b0e-6c0e-4a53-9a1e-0d6b6f3c1a11';
  const repository = parseRepositoryName('ghcr.io/acme/api');

  /**
   * As `/v1/project/lookup` and `/v1/finding/project/{uuid}/export`: `ProjectResource.java`, `FindingResource.java`
   * and `FindingPackagingFormat.java` of https://github.com/DependencyTrack/dependency-track. A version before 4.13
   * has no time of an analysis. `/version` is `VersionResource.java`, which wants no key.
   */
  async function open(changes: Readonly<Record<string, unknown>> = {}, version = '4.13.0') {
    const isOld = /^4\.(?:\d|1[0-2])\./.test(version);
    const url = await listen(({ url: asked, headers }) => {
      if (asked === '/api/version') return about(version);
      if (headers['x-api-key'] !== 'odt_secret_key') return { status: 401, body: '' };
      const { pathname, searchParams } = new URL(asked, 'http://x');
      const project = {
        uuid,
        name: 'shop-api',
        version: SCANNED,
        lastBomImport: 1_763_000_000_000,
        // Metrics of the portfolio are computed each hour, analysed or not: `TaskScheduler` of the API server.
        metrics: { lastOccurrence: 1_763_000_900_000 },
        ...(isOld ? {} : { lastVulnerabilityAnalysis: 1_763_000_600_000 }),
        ...changes,
      };
      if (pathname === '/api/v1/project/lookup') {
        const isIt = searchParams.get('name') === 'shop-api' && searchParams.get('version') === SCANNED;
        return isIt
          ? { status: 200, body: project }
          : { status: 404, body: 'The project could not be found.' };
      }
      if (pathname !== `/api/v1/finding/project/${uuid}/export`) return { status: 404, body: '' };
      const vulnerability = { vulnId: 'CVE-2026-1', severity: 'HIGH' };
      const component = { name: 'libc', version: '1' };
      const meta = { application: 'Dependency-Track', version, timestamp: '2026-11-30T00:00:00Z' };
      return {
        status: 200,
        body: { version: '1.3', meta, project, findings: [{ component, vulnerability, analysis: {} }] },
      };
    });
    return { kind: 'dependency-track', url, project: 'shop-{image}' } as const;
  }

  const about = (version: string) => ({
    status: version === '' ? 403 : 200,
    body: { version, timestamp: '2025-03-12T14:20:08Z', application: 'Dependency-Track', framework: {} },
  });

  it('is asked for the project whose version is the digest, by the time of its analysis', async () => {
    const asked = { image: 'api', repository, digest: SCANNED };
    const report = await askDependencyTrack(http, env, await open(), asked);
    expect(report).toMatchObject({ time: new Date(1_763_000_600_000) });
    expect(read(report)).toMatchObject({ findings: [{ id: 'CVE-2026-1' }] });
  });

  it.each<[string, Readonly<Record<string, unknown>>, string, RegExp, RegExp]>([
    ['of another digest', { version: OTHER }, '4.13.0', /no project shop-api of this digest/, /^upload/],
    ['without a bill of materials', { lastBomImport: null }, '4.13.0', /no bill of materials/, /^upload/],
    [
      'whose bill of materials is not analysed yet',
      { lastVulnerabilityAnalysis: 1_762_000_000_000 },
      '5.0.0',
      /has not analysed the project shop-api since/,
      /^run it again/,
    ],
    [
      'that was never analysed',
      { lastVulnerabilityAnalysis: undefined },
      '4.13.6',
      /has not analysed the project shop-api since/,
      /^run it again/,
    ],
    [
      'of an older server',
      {},
      '4.12.7',
      /is of version 4\.12\.7, which/,
      /^update Dependency-Track to 4\.13/,
    ],
    ['of a much older one', {}, '4.9.1', /is of version 4\.9\.1, which/, /^update Dependency-Track to 4\.13/],
    [
      'where the version is not known',
      { lastVulnerabilityAnalysis: undefined },
      '',
      /does not say that it analysed/,
      /4\.13 or newer$/,
    ],
  ])('says what it has of a project %s', async (_, changes, version, reason, hint) => {
    const asked = { image: 'api', repository, digest: SCANNED };
    expect(await askDependencyTrack(http, env, await open(changes, version), asked)).toEqual({
      kind: 'lacking',
      reason: expect.stringMatching(reason),
      hint: expect.stringMatching(hint),
    });
  });

  it('names the project that it has not', async () => {
    const asked = { image: 'api', repository, digest: OTHER };
    expect(await askDependencyTrack(http, env, await open(), asked)).toMatchObject({
      kind: 'lacking',
      hint: `upload its bill of materials to the project shop-api with the version ${OTHER}`,
    });
  });

  it('is an error with a wrong key', async () => {
    const asked = { image: 'api', repository, digest: SCANNED };
    const wrong = { DEPENDENCY_TRACK_API_KEY: 'odt_another_key' };
    const answer = askDependencyTrack(http, wrong, await open(), asked);
    await expect(answer).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

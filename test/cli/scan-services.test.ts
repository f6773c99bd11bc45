import { describe, expect, it } from 'vitest';
import { askDependencyTrack } from '../../src/cli/scan-services/dependency-track.ts';
import { askEcr } from '../../src/cli/scan-services/ecr.ts';
import { askHarbor } from '../../src/cli/scan-services/harbor.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { readReport } from '../../src/vulnerabilities/read-report.ts';
import { type Asked, listen } from '../servers/listen.ts';
import { refuseSignature } from '../servers/signature-v4.ts';

const SCANNED = digestOf('scanned');
const OTHER = digestOf('another');
const http = createHttp({ retry: { tries: 1 } });

/** What a text is read as. */
function read(text: string | undefined) {
  const reading = readReport(text ?? '');
  return reading.kind === 'report' ? reading.report : reading;
}

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
    expect(report?.by).toBe(`Harbor at ${repository.split('/')[0]}`);
    expect(read(report?.text)).toMatchObject({
      scanner: 'trivy',
      digests: [{ digest: SCANNED }],
      findings: [{ id: 'CVE-2026-1' }],
    });
  });

  it.each([
    ['what it has not scanned', OTHER],
    ['what it does not have', digestOf('nowhere')],
  ])('has nothing of %s', async (_, digest) => {
    expect(await askHarbor(http, env, { image: 'api', repository: await open(), digest })).toBeUndefined();
  });

  it('is an error with a login that is wrong or absent', async () => {
    const asked = { image: 'api', repository: await open(), digest: SCANNED };
    const wrong = { ...env, HARBOR_PASSWORD: 'wrong-password' };
    await expect(askHarbor(http, wrong, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(askHarbor(http, {}, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED', isAbsent: true });
  });
});

describe('Amazon ECR', () => {
  const login = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI', token: 'session-token' };
  const keys = {
    AWS_ACCESS_KEY_ID: login.id,
    AWS_SECRET_ACCESS_KEY: login.secret,
    AWS_SESSION_TOKEN: login.token,
  };
  const repository = parseRepositoryName('123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api');

  /** As `DescribeImageScanFindings` in `clients/client-ecr` of https://github.com/aws/aws-sdk-js-v3. */
  async function open(status = 'COMPLETE') {
    return await listen(asked => {
      const refused = (type: string) => ({ status: 400, body: { __type: type, message: type } });
      const refusal = refuseSignature(asked, login, { region: 'eu-west-1', service: 'ecr' });
      if (refusal !== undefined) return refused(refusal);
      const wrong = refusalOf(asked);
      if (wrong !== undefined) return refused(wrong);
      const { registryId, repositoryName, imageId, nextToken } = JSON.parse(`${asked.body}`);
      const page = Number(nextToken ?? 1);
      const attributes = [{ key: 'package_name', value: `lib${page}` }];
      return {
        status: 200,
        body: {
          registryId,
          repositoryName,
          imageId,
          imageScanStatus: { status },
          imageScanFindings: {
            imageScanCompletedAt: 1_763_000_000,
            findings: [{ name: `CVE-2026-${page}`, severity: 'HIGH', attributes }],
          },
          ...(page < 3 ? { nextToken: `${page + 1}` } : {}),
        },
      };
    });
  }

  /** The error's name, where the operation has nothing to give. */
  function refusalOf({ headers, body }: Asked): string | undefined {
    if (headers['x-amz-target'] !== 'AmazonEC2ContainerRegistry_V20150921.DescribeImageScanFindings')
      return 'UnknownOperationException';
    const { registryId, repositoryName, imageId, maxResults } = JSON.parse(`${body}`);
    if (!(maxResults >= 1 && maxResults <= 1000)) return 'InvalidParameterException';
    if (registryId !== '123456789012' || repositoryName !== 'shop/api') return 'RepositoryNotFoundException';
    if (imageId.imageDigest === OTHER) return 'com.amazonaws.ecr#ScanNotFoundException';
    if (imageId.imageDigest === digestOf('busy')) return 'ThrottlingException';
    return imageId.imageDigest === SCANNED ? undefined : 'ImageNotFoundException';
  }

  it('is asked for all pages of the very digest, signed', async () => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open() };
    const report = await askEcr(http, env, { image: 'api', repository, digest: SCANNED });
    expect(read(report?.text)).toMatchObject({
      digests: [{ digest: SCANNED }],
      flaw: undefined,
      findings: [{ id: 'CVE-2026-1' }, { id: 'CVE-2026-2' }, { id: 'CVE-2026-3' }],
    });
  });

  it.each(['FAILED', 'IN_PROGRESS', 'PENDING', 'UNSUPPORTED_IMAGE'])(
    'is not clean while %s',
    async status => {
      const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open(status) };
      const report = await askEcr(http, env, { image: 'api', repository, digest: SCANNED });
      expect(read(report?.text)).toMatchObject({ flaw: `its status is ${status}` });
    },
  );

  it.each([
    ['what it has not scanned', OTHER],
    ['what it does not have', digestOf('nowhere')],
  ])('has nothing of %s', async (_, digest) => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open() };
    expect(await askEcr(http, env, { image: 'api', repository, digest })).toBeUndefined();
  });

  it('is an error with a wrong login, another repository or another registry', async () => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open() };
    const asked = { image: 'api', repository, digest: SCANNED };
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'another' };
    await expect(askEcr(http, wrong, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(askEcr(http, {}, asked)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    const absent = parseRepositoryName(`${repository}/other`);
    await expect(askEcr(http, env, { ...asked, repository: absent })).rejects.toMatchObject({
      message: expect.stringContaining('RepositoryNotFoundException'),
      hint: expect.stringContaining('create the repository'),
    });
    await expect(askEcr(http, env, { ...asked, digest: digestOf('busy') })).rejects.toThrow(
      'ThrottlingException',
    );
    const elsewhere = parseRepositoryName('ghcr.io/acme/api');
    await expect(askEcr(http, env, { ...asked, repository: elsewhere })).rejects.toMatchObject({
      code: 'CONFIGURATION',
    });
  });
});

describe('Dependency-Track', () => {
  const env = { DEPENDENCY_TRACK_API_KEY: 'odt_secret_key' };
  const uuid = '7f9b2b0e-6c0e-4a53-9a1e-0d6b6f3c1a11';
  const repository = parseRepositoryName('ghcr.io/acme/api');

  /**
   * As `/v1/project/lookup` and `/v1/finding/project/{uuid}/export`: `ProjectResource.java`, `FindingResource.java`
   * and `FindingPackagingFormat.java` of https://github.com/DependencyTrack/dependency-track.
   */
  async function open(changes: Readonly<Record<string, unknown>> = {}) {
    const url = await listen(({ url: asked, headers }) => {
      if (headers['x-api-key'] !== 'odt_secret_key') return { status: 401, body: '' };
      const { pathname, searchParams } = new URL(asked, 'http://x');
      const project = {
        uuid,
        name: 'shop-api',
        version: SCANNED,
        lastBomImport: 1_763_000_000_000,
        // Metrics of the portfolio are computed each hour, analysed or not: `TaskScheduler` of the API server.
        metrics: { lastOccurrence: 1_763_000_900_000 },
        lastVulnerabilityAnalysis: 1_763_000_600_000,
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
      const meta = { application: 'Dependency-Track', version: '4.13.0', timestamp: '2026-11-30T00:00:00Z' };
      return {
        status: 200,
        body: { version: '1.3', meta, project, findings: [{ component, vulnerability, analysis: {} }] },
      };
    });
    return { kind: 'dependency-track', url, project: 'shop-{image}' } as const;
  }

  it('is asked for the project whose version is the digest, by the time of its analysis', async () => {
    const asked = { image: 'api', repository, digest: SCANNED };
    const report = await askDependencyTrack(http, env, await open(), asked);
    expect(report).toMatchObject({ time: new Date(1_763_000_600_000) });
    expect(read(report?.text)).toMatchObject({ findings: [{ id: 'CVE-2026-1' }] });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['of another digest', { version: OTHER }],
    ['without a bill of materials', { lastBomImport: null }],
    ['whose bill of materials is not analysed yet', { lastVulnerabilityAnalysis: 1_762_000_000_000 }],
    ['that was never analysed', { lastVulnerabilityAnalysis: undefined }],
  ])('has nothing of a project %s', async (_, changes) => {
    const asked = { image: 'api', repository, digest: SCANNED };
    expect(await askDependencyTrack(http, env, await open(changes), asked)).toBeUndefined();
  });

  it('has nothing of a digest without a project', async () => {
    const asked = { image: 'api', repository, digest: OTHER };
    expect(await askDependencyTrack(http, env, await open(), asked)).toBeUndefined();
  });

  it('is an error with a wrong key', async () => {
    const asked = { image: 'api', repository, digest: SCANNED };
    const wrong = { DEPENDENCY_TRACK_API_KEY: 'odt_another_key' };
    const answer = askDependencyTrack(http, wrong, await open(), asked);
    await expect(answer).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

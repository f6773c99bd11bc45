import { describe, expect, it } from 'vitest';
import { askEcr } from '../../src/cli/scan-services/ecr.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { type Asked, listen } from '../servers/listen.ts';
import { refuseSignature } from '../servers/signature-v4.ts';
import { http, OTHER, read, SCANNED } from './scanned.ts';

describe('Amazon ECR', () => {
  const login = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI', token: 'session-token' };
  const keys = {
    AWS_ACCESS_KEY_ID: login.id,
    AWS_SECRET_ACCESS_KEY: login.secret,
    AWS_SESSION_TOKEN: login.token,
  };
  const repository = parseRepositoryName('123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api');

  /** As `DescribeImageScanFindings` in `clients/client-ecr` of https://github.com/aws/aws-sdk-js-v3. */
  async function open(status = 'COMPLETE', isEnhanced = false, busy: readonly string[] = []) {
    const left = [...busy];
    return await listen(asked => {
      const refused = (type: string) => ({ status: 400, body: { __type: type, message: type } });
      const refusal = refuseSignature(asked, login, { region: 'eu-west-1', service: 'ecr' });
      if (refusal !== undefined) return refused(refusal);
      const wrong = refusalOf(asked);
      if (wrong !== undefined) return refused(wrong);
      const first = left.shift();
      if (first !== undefined) return refused(first);
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
            ...(isEnhanced
              ? { enhancedFindings: [enhanced(page)] }
              : { findings: [{ name: `CVE-2026-${page}`, severity: 'HIGH', attributes }] }),
          },
          ...(page < 3 ? { nextToken: `${page + 1}` } : {}),
        },
      };
    });
  }

  /** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html */
  const enhanced = (page: number) => ({
    severity: 'HIGH',
    status: 'ACTIVE',
    packageVulnerabilityDetails: {
      vulnerabilityId: `CVE-2026-${page}`,
      vulnerablePackages: [{ name: `lib${page}`, version: '1' }],
    },
  });

  /** The error's name, where the operation has nothing to give. */
  function refusalOf({ headers, body }: Asked): string | undefined {
    if (headers['x-amz-target'] !== 'AmazonEC2ContainerRegistry_V20150921.DescribeImageScanFindings')
      return 'UnknownOperationException';
    const { registryId, repositoryName, imageId, maxResults } = JSON.parse(`${body}`);
    if (!(maxResults >= 1 && maxResults <= 1000)) return 'InvalidParameterException';
    if (registryId !== '123456789012' || repositoryName !== 'shop/api') return 'RepositoryNotFoundException';
    if (imageId.imageDigest === OTHER) return 'com.amazonaws.ecr#ScanNotFoundException';
    return imageId.imageDigest === SCANNED ? undefined : 'ImageNotFoundException';
  }

  it('is asked for all pages of the very digest, signed', async () => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open() };
    const report = await askEcr(http, env, { image: 'api', repository, digest: SCANNED });
    expect(read(report)).toMatchObject({
      digests: [{ digest: SCANNED }],
      flaw: undefined,
      findings: [{ id: 'CVE-2026-1' }, { id: 'CVE-2026-2' }, { id: 'CVE-2026-3' }],
    });
  });

  it('is asked for all pages of enhanced scans too', async () => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open('ACTIVE', true) };
    const report = await askEcr(http, env, { image: 'api', repository, digest: SCANNED });
    expect(read(report)).toMatchObject({
      flaw: undefined,
      findings: [{ id: 'CVE-2026-1' }, { id: 'CVE-2026-2' }, { id: 'CVE-2026-3' }],
    });
  });

  // Every status but COMPLETE and ACTIVE: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
  it.each([
    'FAILED',
    'IN_PROGRESS',
    'PENDING',
    'UNSUPPORTED_IMAGE',
    'SCAN_ELIGIBILITY_EXPIRED',
    'FINDINGS_UNAVAILABLE',
    'LIMIT_EXCEEDED',
    'IMAGE_ARCHIVED',
  ])('is not clean while %s', async status => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open(status) };
    const report = await askEcr(http, env, { image: 'api', repository, digest: SCANNED });
    expect(read(report)).toMatchObject({ flaw: `its status is ${status}` });
  });

  it.each([
    ['has not scanned', OTHER],
    ['does not have', digestOf('nowhere')],
  ])('says what it %s', async (why, digest) => {
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open() };
    expect(await askEcr(http, env, { image: 'api', repository, digest })).toEqual({
      kind: 'lacking',
      reason: `Amazon ECR in eu-west-1 ${why} it`,
      hint: `have Amazon ECR scan ${repository}`,
    });
  });

  // It limits calls by an error's name, with the status 400: https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html
  it('is asked again while it is busy, and that is the error in the end', async () => {
    const hurried = createHttp({ retry: { sleep: async () => undefined } });
    const asked = { image: 'api', repository, digest: SCANNED };
    const names = ['ThrottlingException', 'com.amazonaws.ecr#TooManyRequestsException', 'RequestTimeout'];
    const env = { ...keys, AWS_ENDPOINT_URL_ECR: await open('COMPLETE', false, names) };
    expect(read(await askEcr(hurried, env, asked))).toMatchObject({ flaw: undefined });
    const endless = Array.from({ length: 6 }, () => 'ThrottlingException');
    const busy = { ...keys, AWS_ENDPOINT_URL_ECR: await open('COMPLETE', false, endless) };
    await expect(askEcr(hurried, busy, asked)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('ThrottlingException'),
    });
    await expect(askEcr(hurried, busy, asked)).resolves.toBeDefined();
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
    const elsewhere = parseRepositoryName('ghcr.io/acme/api');
    await expect(askEcr(http, env, { ...asked, repository: elsewhere })).rejects.toMatchObject({
      code: 'CONFIGURATION',
    });
  });
});

import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { awsErrorOf, isAwsBusy } from '../../http/clouds/aws-busy.ts';
import type { Http } from '../../http/http.ts';
import type { ScannedManifest, ServiceAnswer } from '../../images/service-scans.ts';
import { ecrHost } from '../../oci/ecr-host.ts';
import { registryOf } from '../../oci/reference.ts';
import { ask, login, textOf } from './service.ts';
import { signedHeaders } from './sign-aws.ts';

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.DescribeImageScanFindings';
/** The most pages that are read; each has 1,000 findings. */
const MOST_PAGES = 50;

const page = z.looseObject({
  nextToken: z.string().nullish(),
  imageScanFindings: z
    .looseObject({
      findings: z.array(z.unknown()).nullish(),
      enhancedFindings: z.array(z.unknown()).nullish(),
    })
    .nullish(),
});

/**
 * Asks Amazon ECR for the findings in the manifest with this digest, and joins all pages.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
 */
export async function askEcr(
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
  { repository, digest }: ScannedManifest,
): Promise<ServiceAnswer> {
  const host = registryOf(repository);
  const registry = ecrHost(host);
  if (registry === undefined) {
    throw new PromoteError(
      'CONFIGURATION',
      `ask Amazon ECR for reports: ${host} is no registry of Amazon ECR`,
      {
        hint: 'take `ecr` out of gates.vulnerabilities.from',
      },
    );
  }
  const { account: registryId, region, api } = registry;
  const url = new URL(env.AWS_ENDPOINT_URL_ECR || `https://${api}/`);
  const keys = {
    id: login(env, 'AWS_ACCESS_KEY_ID', 'Amazon ECR'),
    secret: login(env, 'AWS_SECRET_ACCESS_KEY', 'Amazon ECR'),
    session: env.AWS_SESSION_TOKEN || undefined,
  };
  const pages: z.infer<typeof page>[] = [];
  for (let nextToken: string | undefined; pages.length < MOST_PAGES; ) {
    const body = JSON.stringify({
      registryId,
      repositoryName: repository.slice(host.length + 1),
      imageId: { imageDigest: digest },
      maxResults: 1000,
      nextToken,
    });
    const headers = signedHeaders({ url, body, target: TARGET, region, keys, now: new Date() });
    const operation = `ask Amazon ECR for the findings in ${repository}@${digest}`;
    const asked = { operation, method: 'POST', url, headers, body, idempotent: true } as const;
    const answer = await ask(http, { ...asked, isBusy: isAwsBusy });
    // Most of ECR's errors have the status 400, so their names distinguish them.
    const type = answer.status === 400 ? awsErrorOf(answer) : '';
    if (type === 'ScanNotFoundException' || type === 'ImageNotFoundException') {
      const why = type === 'ScanNotFoundException' ? 'has not scanned' : 'does not have';
      const hint = `have Amazon ECR scan ${repository}`;
      return { kind: 'lacking', reason: `Amazon ECR in ${region} ${why} it`, hint };
    }
    if (type !== '') throw refusedBy(type, repository);
    const read = pageOf(textOf(answer, 'Amazon ECR'));
    pages.push(read);
    nextToken = read.nextToken ?? undefined;
    if (nextToken === undefined) break;
  }
  // A remaining token means that pages are missing, which the reader of the report reports.
  return { kind: 'report', text: JSON.stringify(together(pages)), by: `Amazon ECR in ${region}` };
}

/** The names of errors that mean that the login is wrong or lacks a permission. */
const LOGINS =
  /^(?:AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|MissingAuthenticationToken|IncompleteSignature)/;

function refusedBy(type: string, repository: string): PromoteError {
  const isLogin = LOGINS.test(type);
  const hint = isLogin
    ? 'give the login the right ecr:DescribeImageScanFindings'
    : type === 'RepositoryNotFoundException'
      ? 'create the repository, or correct it in the environments file'
      : 'run it again, or see what the service says';
  const answered = `ask Amazon ECR for reports of ${repository}: it answered ${type}`;
  return new PromoteError(isLogin ? 'UNAUTHORIZED' : 'UNREACHABLE', answered, { hint });
}

function pageOf(text: string): z.infer<typeof page> {
  const read = page.safeParse(parse(text));
  if (read.success) return read.data;
  throw new PromoteError('INVALID', 'ask Amazon ECR for reports: its answer cannot be read');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function together(pages: readonly z.infer<typeof page>[]): object {
  const all = (key: 'findings' | 'enhancedFindings') => {
    const lists = pages.flatMap(({ imageScanFindings }) => [imageScanFindings?.[key] ?? []].flat());
    return pages.some(({ imageScanFindings }) => imageScanFindings?.[key]) ? lists : undefined;
  };
  const [first] = pages;
  return {
    ...first,
    nextToken: pages.at(-1)?.nextToken,
    imageScanFindings: first?.imageScanFindings && {
      ...first.imageScanFindings,
      findings: all('findings'),
      enhancedFindings: all('enhancedFindings'),
    },
  };
}

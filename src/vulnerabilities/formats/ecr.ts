import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import type { Finding } from '../report.ts';
import { severityOf } from '../severity.ts';

const basic = z.object({
  name: z.string(),
  severity: words,
  description: words,
  attributes: list(z.object({ key: z.string(), value: words })),
});

const enhanced = z.object({
  severity: words,
  status: words,
  fixAvailable: words,
  description: words,
  packageVulnerabilityDetails: z
    .object({
      vulnerabilityId: z.string(),
      vulnerablePackages: list(z.object({ name: words, version: words, fixedInVersion: words })),
    })
    .nullish(),
  resources: list(
    z.object({
      details: z.object({ awsEcrContainerImage: z.object({ imageHash: words }).nullish() }).nullish(),
    }),
  ),
});

const time = z.union([z.string(), z.number()]).nullish();

const schema = z.object({
  nextToken: words,
  NextToken: words,
  imageId: z.object({ imageDigest: words }).nullish(),
  imageScanStatus: z.object({ status: words }).nullish(),
  imageScanFindings: z
    .object({
      findings: list(basic),
      enhancedFindings: list(enhanced),
      imageScanCompletedAt: time,
      vulnerabilitySourceUpdatedAt: time,
    })
    .nullish(),
});

/** `aws ecr describe-image-scan-findings`. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html */
export const ecr = format('ecr', {
  is: json => 'imageScanFindings' in json || 'imageScanStatus' in json,
  schema,
  read: ({ nextToken, NextToken, imageId, imageScanStatus, imageScanFindings }) => {
    const { findings, enhancedFindings, imageScanCompletedAt } = imageScanFindings ?? {};
    const status = imageScanStatus?.status;
    const hashes = (enhancedFindings ?? []).flatMap(one =>
      (one.resources ?? []).map(({ details }) => details?.awsEcrContainerImage?.imageHash),
    );
    return {
      scanner: 'ecr',
      digests: digestsIn('manifest', [imageId?.imageDigest, ...hashes]),
      time: instant(imageScanCompletedAt),
      flaw:
        status !== 'COMPLETE' && status !== 'ACTIVE'
          ? `its status is ${status ?? 'absent'}`
          : !findings && !enhancedFindings
            ? 'it has no findings, not even an empty list'
            : // The API's key, and the command line's key if `--max-items` cut the list.
              nextToken || NextToken
              ? 'it is one page of several'
              : undefined,
      findings: [
        ...(findings ?? []).flatMap(basicFindings),
        ...(enhancedFindings ?? [])
          .filter(one => !one.status || one.status === 'ACTIVE')
          .flatMap(enhancedFindingsOf),
      ],
    };
  },
});

function basicFindings({
  name,
  severity,
  description,
  attributes,
}: z.infer<typeof basic>): readonly Finding[] {
  const named = new Map((attributes ?? []).map(({ key, value }) => [key, value ?? '']));
  return namesOf(name, []).map(names => ({
    ...names,
    package: { name: named.get('package_name') ?? '', version: named.get('package_version') ?? '' },
    fixed: [],
    fix: 'unknown',
    // Basic scanning returns the distribution's severity.
    rating: { severity: severityOf(severity), isOfDistribution: true },
    isWithdrawn: saysWithdrawn(description),
  }));
}

function enhancedFindingsOf(found: z.infer<typeof enhanced>): readonly Finding[] {
  const { severity, fixAvailable, description, packageVulnerabilityDetails } = found;
  const { vulnerabilityId = '', vulnerablePackages } = packageVulnerabilityDetails ?? {};
  const packages = vulnerablePackages?.length ? vulnerablePackages : [{}];
  return packages.flatMap(({ name, version, fixedInVersion }: Package) =>
    namesOf(vulnerabilityId, []).map(names => ({
      ...names,
      package: { name: name ?? '', version: version ?? '' },
      fixed: fixesOf([fixedInVersion]).fixed,
      fix: fixAvailable === 'NO' ? 'no' : fixAvailable ? 'yes' : 'unknown',
      rating: { severity: severityOf(severity), isOfDistribution: false },
      isWithdrawn: saysWithdrawn(description),
    })),
  );
}

interface Package {
  readonly name?: string | null | undefined;
  readonly version?: string | null | undefined;
  readonly fixedInVersion?: string | null | undefined;
}

/** Depending on its version, the command line writes seconds since 1970 or a text. */
function instant(value: string | number | null | undefined): Date | undefined {
  return typeof value === 'number' ? new Date(value * 1000) : timeOf(value);
}

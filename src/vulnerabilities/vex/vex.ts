import { rethrowDefect } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { meansPackage, type Purl, parsePurl } from '../purl.ts';
import type { Finding } from '../report.ts';
import { csaf } from './csaf.ts';
import { cycloneDxVex } from './cyclonedx.ts';
import { openVex } from './openvex.ts';
import type { VexProduct, VexReading, VexStatement, VexStatus } from './statement.ts';

/** The image with a finding, by the names and digests that statements may use. */
export interface VexImage {
  readonly repositories: readonly RepositoryName[];
  /** The digests of the image and of its platform's manifest. */
  readonly digests: readonly Digest[];
}

/** Reads a VEX document: OpenVEX, CycloneDX or CSAF, recognised by its content. */
export function readVex(text: string): VexReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    return { kind: 'refused', reason: 'it is not JSON' };
  }
  return readVexDocument(json);
}

/** Reads a VEX document from parsed JSON. */
export function readVexDocument(json: unknown): VexReading {
  for (const schema of [openVex, cycloneDxVex, csaf]) {
    const { data } = schema.safeParse(json);
    if (data !== undefined) return { kind: 'statements', statements: data };
  }
  return { kind: 'refused', reason: 'it is no VEX document in OpenVEX, CycloneDX or CSAF' };
}

/**
 * The newest statement's status for a finding. Of equally new statements the worst counts; statements from
 * the future do not count.
 */
export function vexStatus(
  statements: readonly VexStatement[],
  finding: Finding,
  image: VexImage,
  now: Date,
): VexStatus | undefined {
  const named = new Set([finding.id, ...finding.aliases, ...finding.advisories]);
  const about = statements.filter(
    ({ ids, time, products }) =>
      (time === undefined || time <= now) &&
      ids.some(id => named.has(id)) &&
      products.some(product => means(product, finding, image)),
  );
  const latest = Math.max(...about.map(timeOf));
  const counting = new Set(about.filter(one => timeOf(one) === latest).map(({ status }) => status));
  return WORST_FIRST.find(status => counting.has(status));
}

const WORST_FIRST: readonly VexStatus[] = ['affected', 'under_investigation', 'fixed', 'not_affected'];

function timeOf({ time }: VexStatement): number {
  return time?.getTime() ?? Number.NEGATIVE_INFINITY;
}

function means({ names, digests, packages }: VexProduct, finding: Finding, image: VexImage): boolean {
  if (names.some(name => meansFound(name, finding))) return true;
  const isOfImage =
    digests.some(digest => image.digests.includes(digest)) || names.some(name => meansImage(name, image));
  return isOfImage && (packages.length === 0 || packages.some(name => meansFound(name, finding)));
}

/** Whether a name means the package. Statements use package URLs; reports often only name and version. */
function meansFound(name: string, { package: { name: found, version, purl } }: Finding): boolean {
  const stated = parsePurl(name);
  const actual = parsePurl(purl ?? '');
  if (stated === undefined || stated.type === 'oci') return false;
  if (actual !== undefined) return meansPackage(stated, actual);
  // Without a package URL the type is unknown, so the version must be equal.
  return stated.name === found && stated.version === version && version !== '';
}

function meansImage(name: string, { repositories, digests }: VexImage): boolean {
  const purl = parsePurl(name);
  if (purl !== undefined) return purl.type === 'oci' && meansByPurl(purl, repositories, digests);
  const [repository, digest] = name.split('@');
  return (
    repositories.some(one => one === repository) &&
    (digest === undefined || digests.some(one => one === digest))
  );
}

/** Trivy's `repository_url` includes the image's name, and Grype's does not. */
function meansByPurl(purl: Purl, repositories: readonly string[], digests: readonly string[]): boolean {
  if (purl.version !== undefined && !digests.includes(purl.version)) return false;
  const url = purl.qualifiers.get('repository_url');
  if (url === undefined) return repositories.some(one => one.split('/').at(-1) === purl.name);
  return repositories.some(one => one === url || one === `${url.replace(/\/+$/, '')}/${purl.name}`);
}

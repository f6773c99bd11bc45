import { z } from 'zod';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Finding, ScannedDigest } from './report.ts';

/** A text that may be absent or `null`, as Go writes what is not set. */
export const words = z.string().nullish();

/** A list that may be absent or `null`; readers tell those from an empty one. */
export function list<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry).nullish();
}

/** The time that a text names; one without a zone is in UTC, and Go's zero is none. */
export function timeOf(text: string | null | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}[T ]/.test(text)) return undefined;
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.trim());
  const time = new Date(isZoned ? text : `${text.trim().replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1990 ? undefined : time;
}

/** The digest in a text such as `ghcr.io/acme/api@sha256:…`, of a manifest or a config. */
export function digestsIn(
  kind: ScannedDigest['kind'],
  texts: Iterable<string | null | undefined>,
): readonly ScannedDigest[] {
  const digests = [...texts].flatMap(text => digestIn(text) ?? []);
  return [...new Set(digests)].map(digest => ({ kind, digest }));
}

function digestIn(text: string | null | undefined): Digest | undefined {
  const [found] = /sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})/.exec(text ?? '') ?? [];
  return found !== undefined && isDigest(found) ? found : undefined;
}

/** A SHA-256 written without its algorithm, or with it. */
export function asDigest(hex: string | null | undefined): string {
  return /^[0-9a-f]{64}$/.test(hex ?? '') ? `sha256:${hex}` : (hex ?? '');
}

/** `linux/arm64/v8`; `undefined` where a part is missing. */
export function platformOf(
  os: string | null | undefined,
  architecture: string | null | undefined,
  variant?: string | null,
): string | undefined {
  if (!os || !architecture) return undefined;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** The texts that are there, each once. */
export function distinct(texts: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(texts.filter(text => typeof text === 'string' && text !== ''))] as readonly string[];
}

/** The names that a finding goes by. */
export type Names = Pick<Finding, 'id' | 'aliases' | 'advisories'>;

const CVE = /^CVE-\d{4}-\d{4,}$/;
const ADVISORY =
  /^(?:DSA|DLA|USN|RH[SBE]A|CESA|EL[SB]A|AL[SB]A|RL[SB]A|ALAS\w*|GLSA|MGASA|(?:open)?SUSE-\w+|openEuler-SA|TEMP|ASA)-/i;

/**
 * The names of each vulnerability that a scanner's entry is about. One that names several CVEs is as many
 * vulnerabilities, so that an exception for one of them covers no other.
 */
export function namesOf(own: string, others: readonly (string | null | undefined)[]): readonly Names[] {
  const all = distinct([own, ...others]);
  const cves = all.filter(name => CVE.test(name));
  if (cves.length > 1) {
    const advisories = all.filter(name => !CVE.test(name));
    return cves.map(id => ({ id, aliases: [], advisories }));
  }
  const [id = own, ...aliases] = [...cves, ...all.filter(name => !CVE.test(name) && !ADVISORY.test(name))];
  return [{ id, aliases, advisories: all.filter(name => ADVISORY.test(name) && name !== id) }];
}

/** What a list of fixed versions says; versions such as `NotAvailable` are none. */
export function fixesOf(versions: readonly (string | null | undefined)[]): Pick<Finding, 'fixed' | 'fix'> {
  const fixed = distinct(versions.map(version => version?.trim())).filter(
    version => !/^(?:none|notavailable|n\/a|not fixed|unknown|-)$/i.test(version),
  );
  return { fixed, fix: fixed.length > 0 ? 'yes' : 'no' };
}

/**
 * Whether a vulnerability's title or description says that it was taken back, in the words of the CVE list and of
 * GitHub's advisories. https://www.cve.org/ResourcesSupport/AllResources/CNARules#section_4-5-4_REJECTED
 */
export function saysWithdrawn(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.some(text => /^\s*(?:\*\*\s*reject|rejected reason:|withdrawn\b)/i.test(text ?? ''));
}

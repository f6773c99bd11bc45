import { z } from 'zod';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Finding, ScannedDigest } from './report.ts';

/** A text that may be absent or `null`, because Go writes an unset value so. */
export const words = z.string().nullish();

/** A list that may be absent or `null`. Readers distinguish these from an empty list. */
export function list<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry).nullish();
}

/** The time in a text. Without a zone it is in UTC. Go's zero time counts as absent. */
export function timeOf(text: string | null | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}[T ]/.test(text)) return undefined;
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.trim());
  const time = new Date(isZoned ? text : `${text.trim().replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1990 ? undefined : time;
}

/** The digest of a manifest or config in a text such as `ghcr.io/acme/api@sha256:…`. */
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

/** A SHA-256 that is written with or without its algorithm. */
export function asDigest(hex: string | null | undefined): string {
  return /^[0-9a-f]{64}$/.test(hex ?? '') ? `sha256:${hex}` : (hex ?? '');
}

/** `linux/arm64/v8`; `undefined` if a part is missing. */
export function platformOf(
  os: string | null | undefined,
  architecture: string | null | undefined,
  variant?: string | null,
): string | undefined {
  if (!os || !architecture) return undefined;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** The non-empty texts, each once. */
export function distinct(texts: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(texts.filter(text => typeof text === 'string' && text !== ''))] as readonly string[];
}

/** All names of a finding. */
export type Names = Pick<Finding, 'id' | 'aliases' | 'advisories'>;

const CVE = /^CVE-\d{4}-\d{4,}$/;
const ADVISORY =
  /^(?:DSA|DLA|USN|RH[SBE]A|CESA|EL[SB]A|AL[SB]A|RL[SB]A|ALAS\w*|GLSA|MGASA|(?:open)?SUSE-\w+|openEuler-SA|TEMP|ASA)-/i;

/**
 * The names of each vulnerability in a scanner's entry. An entry with several CVEs is several
 * vulnerabilities, so that an exception for one covers no other.
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

/** The fix that a list of versions shows. Texts such as `NotAvailable` are not versions. */
export function fixesOf(versions: readonly (string | null | undefined)[]): Pick<Finding, 'fixed' | 'fix'> {
  const fixed = distinct(versions.map(version => version?.trim())).filter(
    version => !/^(?:none|notavailable|n\/a|not fixed|unknown|-)$/i.test(version),
  );
  return { fixed, fix: fixed.length > 0 ? 'yes' : 'no' };
}

/**
 * Whether a vulnerability's title or description says that it was withdrawn, in the words of the CVE list and
 * of GitHub's advisories. https://www.cve.org/ResourcesSupport/AllResources/CNARules#section_4-5-4_REJECTED
 */
export function saysWithdrawn(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.some(text => /^\s*(?:\*\*\s*reject|rejected reason:|withdrawn\b)/i.test(text ?? ''));
}

import { type Digest, digestOf } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { ImageScans } from '../vulnerabilities/judge.ts';
import { placeReport } from '../vulnerabilities/place.ts';
import { readReport } from '../vulnerabilities/read-report.ts';

/** A manifest whose report a service is asked for. */
export interface ScannedManifest {
  /** The image's name in the environments file. */
  readonly image: string;
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

/** A service's report in its own format. */
export interface ServiceReport {
  readonly kind: 'report';
  readonly text: string;
  /** The service: `Harbor at registry.example.com`. */
  readonly by: string;
  /** The time of the report, if the report itself does not have it. */
  readonly time?: Date | undefined;
}

/** A service's report, or why it has none: a sentence on the service, and what to do. */
export type ServiceAnswer =
  | ServiceReport
  | { readonly kind: 'lacking'; readonly reason: string; readonly hint: string };

/** Asks a scanner's own service for its report on one manifest. */
export type AskService<Service> = (service: Service, asked: ScannedManifest) => Promise<ServiceAnswer>;

/** The services to ask about an image in one repository. */
export interface Services<Service> extends Omit<ScannedManifest, 'digest'> {
  readonly services: readonly Service[];
  readonly ask: AskService<Service> | undefined;
}

type Found = Omit<ImageScans, 'repositories'>;

/** Adds the reports of services, which are asked for each platform's manifest by its digest. */
export async function withServices<Service>(
  found: Found,
  { services, ask, ...asked }: Services<Service>,
): Promise<Found> {
  let all = found;
  for (const service of services) {
    for (const { digest } of found.image.platforms) {
      const answer = await ask?.(service, { ...asked, digest });
      if (answer !== undefined) all = withAnswer(all, digest, answer);
    }
  }
  return all;
}

function withAnswer(found: Found, digest: Digest, answer: ServiceAnswer): Found {
  if (answer.kind === 'lacking') {
    const { reason, hint } = answer;
    return { ...found, lacking: [...(found.lacking ?? []), { platform: digest, reason, hint }] };
  }
  const { text, by, time } = answer;
  const unread = (why: string) => ({ ...found, unread: [...found.unread, why] });
  const reading = readReport(text);
  if (reading.kind !== 'report') {
    const why = reading.kind === 'refused' ? reading.reason : 'it is no report of its own';
    return unread(`what ${by} answers cannot be read: ${why}`);
  }
  const report = { ...reading.report, time: time ?? reading.report.time };
  const placed = placeReport(report, digest, found.image);
  if (placed.kind === 'refused') return unread(`the report of ${by} does not count: ${placed.reason}`);
  const one = { report, platforms: placed.platforms, evidence: digestOf(text), by };
  return { ...found, reports: [...found.reports, one] };
}

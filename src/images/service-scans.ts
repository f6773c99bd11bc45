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
  readonly text: string;
  /** The service: `Harbor at registry.example.com`. */
  readonly by: string;
  /** The time of the report, if the report itself does not have it. */
  readonly time?: Date | undefined;
}

/** Asks a scanner's own service for its report on one manifest; `undefined`: it has none. */
export type AskService<Service> = (
  service: Service,
  asked: ScannedManifest,
) => Promise<ServiceReport | undefined>;

/** The services to ask about an image in one repository. */
export interface Services<Service> extends Omit<ScannedManifest, 'digest'> {
  readonly services: readonly Service[];
  readonly ask: AskService<Service> | undefined;
}

/** Adds the reports of services, which are asked for each platform's manifest by its digest. */
export async function withServices<Service>(
  found: Omit<ImageScans, 'repositories'>,
  { services, ask, ...asked }: Services<Service>,
): Promise<Omit<ImageScans, 'repositories'>> {
  const reports = [...found.reports];
  const unread = [...found.unread];
  for (const service of services) {
    for (const { digest } of found.image.platforms) {
      const answer = await ask?.(service, { ...asked, digest });
      if (answer === undefined) continue;
      const { text, by, time } = answer;
      const reading = readReport(text);
      if (reading.kind !== 'report') {
        const why = reading.kind === 'refused' ? reading.reason : 'it is no report of its own';
        unread.push(`what ${by} answers cannot be read: ${why}`);
        continue;
      }
      const report = { ...reading.report, time: time ?? reading.report.time };
      const placed = placeReport(report, digest, found.image);
      if (placed.kind === 'refused') unread.push(`the report of ${by} does not count: ${placed.reason}`);
      else reports.push({ report, platforms: placed.platforms, evidence: digestOf(text), by });
    }
  }
  return { ...found, reports, unread };
}

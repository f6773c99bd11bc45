import { createHttp } from '../../src/http/http.ts';
import type { ServiceAnswer } from '../../src/images/service-scans.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { readReport } from '../../src/vulnerabilities/read-report.ts';

export const SCANNED = digestOf('scanned');
export const OTHER = digestOf('another');
export const http = createHttp({ retry: { tries: 1 } });

/** What a service's report is read as. */
export function read(answer: ServiceAnswer) {
  const reading = readReport(answer.kind === 'report' ? answer.text : '');
  return reading.kind === 'report' ? reading.report : reading;
}

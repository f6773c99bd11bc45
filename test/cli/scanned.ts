import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { readReport } from '../../src/vulnerabilities/read-report.ts';

export const SCANNED = digestOf('scanned');
export const OTHER = digestOf('another');
export const http = createHttp({ retry: { tries: 1 } });

/** What a text is read as. */
export function read(text: string | undefined) {
  const reading = readReport(text ?? '');
  return reading.kind === 'report' ? reading.report : reading;
}

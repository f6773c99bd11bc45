import { rethrowDefect } from '../errors.ts';
import type { Format } from './format.ts';
import { clair } from './formats/clair.ts';
import { cyclonedx } from './formats/cyclonedx.ts';
import { dependencyTrack } from './formats/dependency-track.ts';
import { ecr } from './formats/ecr.ts';
import { gitlab } from './formats/gitlab.ts';
import { grype } from './formats/grype.ts';
import { harbor } from './formats/harbor.ts';
import { inToto } from './formats/in-toto.ts';
import { qualys } from './formats/qualys.ts';
import { sarif } from './formats/sarif.ts';
import { snyk } from './formats/snyk.ts';
import { sonatype } from './formats/sonatype.ts';
import { trivy } from './formats/trivy.ts';
import { xray, xraySimple, xraySummary } from './formats/xray.ts';
import type { Reading } from './report.ts';

/** Every known format. The order does not matter, because no document matches two. */
export const FORMATS: readonly Format[] = [
  trivy,
  grype,
  clair,
  xray,
  xraySimple,
  xraySummary,
  snyk,
  gitlab,
  qualys,
  sonatype,
  dependencyTrack,
  harbor,
  ecr,
  cyclonedx,
  sarif,
  inToto,
];

/** The most bytes of a report. */
const REPORT_LIMIT = 32 * 1024 * 1024;

/** The most findings of a report; a usual report has fewer than a thousand. */
const MOST_FINDINGS = 50_000;

/** Reads a scan report in JSON. Its content shows its format. */
export function readReport(text: string): Reading {
  if (text.length > REPORT_LIMIT || Buffer.byteLength(text) > REPORT_LIMIT)
    return { kind: 'refused', reason: `it is larger than ${REPORT_LIMIT} bytes` };
  try {
    return readDocument(JSON.parse(text));
  } catch (error) {
    rethrowDefect(error);
    return { kind: 'refused', reason: 'it is not JSON' };
  }
}

/** Reads a report from parsed JSON. Readers use known keys only, so deep nesting is harmless. */
export function readDocument(json: unknown): Reading {
  for (const { read } of FORMATS) {
    const reading = read(json);
    if (reading.kind === 'unrecognised') continue;
    if (reading.kind === 'report' && reading.report.findings.length > MOST_FINDINGS)
      return { kind: 'refused', reason: `it has more than ${MOST_FINDINGS} findings` };
    return reading;
  }
  return { kind: 'unrecognised' };
}

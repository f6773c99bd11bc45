import { isObject } from './format.ts';
import { scannerName } from './formats/gitlab.ts';
import { lastPart } from './formats/in-toto.ts';
import { timeOf } from './parts.ts';
import { readDocument, readReport } from './read-report.ts';
import type { Reading, Report } from './report.ts';

/** The predicate type of cosign's scan reports. https://github.com/sigstore/cosign/blob/main/specs/COSIGN_VULN_ATTESTATION_SPEC.md */
export const COSIGN_VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';

/** Whether statements of the type are scan reports, so that an unreadable one must be reported. */
function isReportType(predicateType: string): boolean {
  return predicateType === COSIGN_VULN || /^https:\/\/in-toto\.io\/attestation\/vulns?\b/.test(predicateType);
}

/** Reads the scan reports in a signed statement's predicate. */
export function readPredicate(predicateType: string, predicate: unknown): readonly Reading[] {
  if (!isObject(predicate)) return unread(predicateType);
  const { scanner, scanners, Data: data } = predicate;
  const whole = predicateType === COSIGN_VULN ? [] : [readDocument(predicate)];
  if (whole.some(({ kind }) => kind !== 'unrecognised')) return whole;
  if (isObject(scanner) && 'result' in scanner) return [readWrapped(scanner, predicate.metadata)];
  if (Array.isArray(scanners) && scanners.length > 0)
    return scanners.map(one => readWrapped(isObject(one) ? one : {}, predicate.metadata));
  // cosign's `custom` type contains any text.
  if (typeof data === 'string') return [readReport(data)].filter(({ kind }) => kind === 'report');
  return unread(predicateType);
}

function unread(predicateType: string): readonly Reading[] {
  return isReportType(predicateType)
    ? [{ kind: 'refused', reason: 'it holds no report of a known format' }]
    : [];
}

/** Reads a whole report in cosign's wrapper. The wrapper's time counts if the report has none. */
function readWrapped(scanner: Readonly<Record<string, unknown>>, metadata: unknown): Reading {
  const { result, uri } = scanner;
  const reading = typeof result === 'string' ? readReport(result) : readDocument(result);
  if (reading.kind === 'unrecognised')
    return { kind: 'refused', reason: 'the result in it is no report of a known format' };
  if (reading.kind === 'refused') return reading;
  const finished = isObject(metadata) ? metadata.scanFinishedOn : undefined;
  const { report } = reading;
  const named = typeof uri === 'string' ? lastPart(uri) : undefined;
  return {
    kind: 'report',
    report: {
      ...report,
      scanner: report.scanner === 'unknown' && named !== undefined ? scannerName(named) : report.scanner,
      time: report.time ?? timeOf(typeof finished === 'string' ? finished : undefined),
    },
  };
}

/** Wraps a report as cosign does. A report without a time gets the time of signing. */
export function wrapReport(json: unknown, { scanner, time }: Report, now: Date): object {
  const finished = (time ?? now).toISOString();
  return {
    invocation: { parameters: null, uri: '', event_id: '', 'builder.id': '' },
    scanner: { uri: scanner, version: '', db: { uri: '', version: '' }, result: json },
    metadata: { scanStartedOn: finished, scanFinishedOn: finished },
  };
}

/** The whole report in cosign's wrapper. */
export function resultOf(predicate: unknown): unknown {
  const scanner = isObject(predicate) ? predicate.scanner : undefined;
  return isObject(scanner) ? scanner.result : undefined;
}

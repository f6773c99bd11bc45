import { needsOf } from '../gates/evaluate.ts';
import { type Facts, NO_SCAN_DATA, type ScanData } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { ImageScans } from '../vulnerabilities/judge.ts';
import type { Run } from './run.ts';

/** The scan reports of a candidate's source image, as far as gates need them; only then their readers are loaded. */
export async function readNeededScans(
  { effects, environment }: Run,
  candidate: Candidate,
  kind: Facts['kind'],
): Promise<ImageScans | undefined> {
  const [need] = needsOf(candidate, environment, kind).filter(one => one.kind === 'scans');
  return need && (await (await import('./read-scans.ts')).readImageScans(effects, candidate, need.gate));
}

/** What is known of vulnerabilities besides reports, if the environment has the gate. */
export async function readNeededData(run: Run): Promise<ScanData> {
  if (run.environment.gates.vulnerabilities === undefined) return NO_SCAN_DATA;
  return await (await import('./read-scans.ts')).readScanData(run);
}

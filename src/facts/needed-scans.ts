import { needsOf } from '../gates/evaluate.ts';
import type { Facts, ScanData } from '../gates/facts.ts';
import type { ScanAnswer } from '../gates/judge-vulnerabilities.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Finding } from '../plan/check.ts';
import type { Run } from '../run/run.ts';

/**
 * The judged scan reports of a candidate's source image, if gates need them; only then their readers are
 * loaded. Each image is judged when it is read, since its reports are too large to keep.
 */
export async function readNeededScans(
  { effects, environment }: Run,
  candidate: Candidate,
  kind: Facts['kind'],
  scanData: ScanData,
): Promise<ScanAnswer | undefined> {
  const [need] = needsOf(candidate, environment, kind).filter(one => one.kind === 'scans');
  if (need === undefined || scanData.kind !== 'read') return undefined;
  const { judgeImageScans } = await import('./read-scans.ts');
  return await judgeImageScans(effects, candidate, need.gate, scanData);
}

/** The data on vulnerabilities besides reports, if the environment has the gate. */
export async function readNeededData(run: Pick<Run, 'environment' | 'files'>): Promise<ScanData> {
  if (run.environment.gates.vulnerabilities === undefined) return { kind: 'none' };
  return await (await import('./read-scans.ts')).readScanData(run);
}

/** Names a list of the gate that is absent or cannot be read, since the gate stays closed until it can. */
export async function checkNeededData(run: Pick<Run, 'environment' | 'files'>): Promise<readonly Finding[]> {
  const data = await readNeededData(run);
  if (data.kind !== 'unreadable') return [];
  const subject = `environments.${run.environment.name}.gates.vulnerabilities`;
  const hint = 'correct it on the branch, or take it out of `data`; until then nothing is promoted';
  return [{ severity: 'error', subject, message: data.reason, hint }];
}

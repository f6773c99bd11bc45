import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError, reasonOf } from '../errors.ts';
import { bringReports, type HandedReport } from '../facts/bring-reports.ts';
import type { Http } from '../http/http.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base } from '../plan/snapshot.ts';
import type { Effects } from '../run/effects.ts';
import { keyId } from '../signing/public-key.ts';
import { keySigner, type Signer } from '../signing/signer.ts';
import { readReport } from '../vulnerabilities/read-report.ts';
import type { Io } from './io.ts';
import { readFromDisk } from './read-named.ts';
import { runRef } from './run-ref.ts';
import { loadSigningKey } from './signing.ts';
import { assertSignsNoImages } from './signs-no-images.ts';

const ATTACH = 'promote report attach <image>@<digest> <file> --key <key>';

/** What a run needs to read and attach reports. */
export interface Handing {
  readonly io: Io;
  readonly effects: Effects;
  readonly environments: Environments;
  readonly http: Http;
}

/**
 * Reads the scan reports that a CI job passes on. They count only on a protected branch, in an environment
 * that accepts reports of jobs and names a key for them. A run for a pull request only shows them.
 */
export async function bringHandedReports(
  { io, effects, environments, http }: Handing,
  request: PromotionRequest,
  paths: readonly string[],
): Promise<void> {
  const { name, gates } = environmentNamed(environments, request.environment);
  const gate = gates.vulnerabilities;
  const place = `environments.${name}.gates.vulnerabilities`;
  if (gate?.jobReports === undefined) {
    const hint = `add \`job\` to ${place}.from, or sign the report: ${ATTACH}`;
    throw new PromoteError('USAGE', `apply: --report: ${name} takes no reports of jobs`, { hint });
  }
  const reports = await Promise.all(paths.map(path => readDocument(io, path)));
  const ref = runRef(io);
  if (ref.kind === 'pull-request') {
    await bringReports(effects, environments, request, gate, { reports, signer: undefined });
    return;
  }
  const { key } = gate.jobReports;
  if (key === undefined) {
    const hint = `name a key in ${place}.reportKey, or sign the report: ${ATTACH}`;
    const message = `apply: --report: ${name} names nothing that carries a report on to later runs`;
    throw new PromoteError('CONFIGURATION', message, { hint });
  }
  if (ref.kind !== 'protected') throw unprotected('and this is none');
  const signer = await openReportSigner({ io, effects, environments, http }, key, gate.signers);
  const assertBase = ({ repository, branch }: Base) => {
    // If the files are in another repository, the branch that this run is on does not matter.
    const isOwn = repository.toLowerCase().endsWith(`/${ref.repository.toLowerCase()}`);
    if (isOwn && branch !== ref.branch)
      throw unprotected(`and ${name} is read on ${branch}, not on ${ref.branch}`);
  };
  await bringReports(effects, environments, request, gate, { reports, signer, assertBase });
}

function unprotected(why: string): PromoteError {
  const message = `apply: --report counts in a CI run on a protected branch alone, ${why}`;
  return new PromoteError('FORBIDDEN', message, { hint: `run it there, or sign the report: ${ATTACH}` });
}

async function readDocument({ cwd }: Io, path: string): Promise<HandedReport> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch(cause => {
    const { text: why, hint } = reasonOf(cause);
    throw new PromoteError('USAGE', `apply: --report ${path}: cannot be read: ${why}`, { hint, cause });
  });
  const reading = readReport(text);
  if (reading.kind === 'report') return { path, json: JSON.parse(text), report: reading.report };
  const why = reading.kind === 'refused' ? reading.reason : 'it is no scan report of a known format';
  throw new PromoteError('INVALID', `apply: --report ${path}: ${why}`, {
    hint: "write the scanner's JSON, such as trivy image --format json --output scan.json",
  });
}

/** Opens the signer of a job's reports. Its key signs no images, and the gate accepts its attestations. */
async function openReportSigner(
  { io, effects, environments, http }: Handing,
  key: string,
  accepted: readonly AcceptedSigner[],
): Promise<Signer> {
  const opened = await loadSigningKey({ io, http, read: readFromDisk(io.cwd) }, key);
  const hint = 'sign reports with a key of their own, and name it in gates.vulnerabilities.signers';
  await assertSignsNoImages(effects, environments, opened, { doing: 'apply: --report', key, hint });
  const own = keyId(opened.publicKey);
  const trusts = await Promise.all(accepted.map(effects.trust));
  const counts = trusts.some(({ signers }) =>
    signers.some(signer => signer.kind === 'key' && keyId(signer.key) === own),
  );
  if (counts) return keySigner(opened);
  const message = `apply: --report: ${key} is the key of none of gates.vulnerabilities.signers`;
  throw new PromoteError('KEY', message, { hint: 'name its public key there' });
}

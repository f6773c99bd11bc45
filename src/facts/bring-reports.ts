import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import { PromoteError } from '../errors.ts';
import { answerScans } from '../gates/judge-vulnerabilities.ts';
import { attachReport, type ReportDocument } from '../images/attach-report.ts';
import { readScannable } from '../images/scans.ts';
import { type Digest, digestOf, shortDigest } from '../oci/digest.ts';
import { formatReference, type RepositoryName } from '../oci/reference.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base } from '../plan/snapshot.ts';
import type { Effects } from '../run/effects.ts';
import { beginRun, type Run } from '../run/run.ts';
import type { Signer } from '../signing/signer.ts';
import { placeReport, type ScannableImage } from '../vulnerabilities/place.ts';
import { readScanData } from './read-scans.ts';
import { findSources } from './sources.ts';

/** A scan report in a file of this CI job. */
export interface HandedReport extends ReportDocument {
  /** The file. */
  readonly path: string;
}

/** A promoted image, and what a report on it is compared with. */
interface Source {
  readonly image: string;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly scannable: ScannableImage;
}

/**
 * Attaches a job's reports to the source images that they are about, so that this run and later ones judge
 * them. Without a signer they are only shown. All are read and matched before the first one is attached.
 * Throws `INVALID` for a report on none of the images.
 */
export async function bringReports(
  effects: Effects,
  environments: Parameters<typeof beginRun>[1],
  request: PromotionRequest,
  gate: VulnerabilityGate,
  {
    reports,
    signer,
    assertBase,
  }: {
    readonly reports: readonly HandedReport[];
    readonly signer: Signer | undefined;
    /** Throws if the observed branch is not the one that this run is for. */
    readonly assertBase?: (base: Base) => void;
  },
): Promise<void> {
  const run = await beginRun(effects, environments, request);
  assertBase?.(run.base);
  const sources = await readSources(run);
  const placed = reports.map(report => ({ report, source: sourceOf(report, sources, request.environment) }));
  for (const { report, source } of placed) {
    if (signer === undefined) await show(run, gate, report, source);
    else await carry(run, report, source, signer);
  }
}

async function readSources(run: Run): Promise<readonly Source[]> {
  const failures = new Map<string, PromoteError>();
  const found = await findSources(run, failures);
  for (const error of failures.values()) throw error;
  const distinct = new Map(
    found.flatMap(({ image, repository, digest }) =>
      digest === undefined ? [] : [[`${repository}@${digest}`, { image, repository, digest }] as const],
    ),
  );
  const read = [...distinct.values()].map(async source => ({
    ...source,
    scannable: await readScannable(run.effects.store(source.repository), source.digest),
  }));
  return await Promise.all(read);
}

function sourceOf({ path, report }: HandedReport, sources: readonly Source[], environment: string): Source {
  const tried = sources.map(source => ({ source, at: placeReport(report, undefined, source.scannable) }));
  const found = tried.find(({ at }) => at.kind === 'placed');
  if (found !== undefined) return found.source;
  const reasons = [...new Set(tried.flatMap(({ at }) => (at.kind === 'refused' ? at.reason : [])))];
  const why = reasons.length === 0 ? `${environment} promotes no image now` : reasons.join('; ');
  throw new PromoteError(
    'INVALID',
    `apply: ${path} counts for no image that ${environment} promotes: ${why}`,
    {
      hint: 'scan the image by its digest; a report that names no digest: promote report attach <image>@<digest> <file> --key <key>',
    },
  );
}

async function carry(
  { effects }: Run,
  { path, ...document }: HandedReport,
  { image, repository, digest }: Source,
  signer: Signer,
): Promise<void> {
  const store = effects.store(repository);
  const subject = await store.head(digest);
  if (subject === undefined)
    throw new PromoteError('NOT_FOUND', `apply: ${image}: ${repository} has no ${digest}`);
  const { flaw } = document.report;
  if (flaw !== undefined) effects.log(`${path} does not show what is in ${image}: ${flaw}`);
  const isNew = await attachReport(store, subject, signer, document, effects.now());
  const at = formatReference({ repository, digest });
  effects.log(`${path}: ${isNew ? 'attached to' : 'is attached already to'} ${at}`);
}

async function show(
  run: Run,
  gate: VulnerabilityGate,
  { path, report, json }: HandedReport,
  { image, repository, digest, scannable }: Source,
): Promise<void> {
  const { effects } = run;
  const placed = placeReport(report, undefined, scannable);
  const platforms = placed.kind === 'placed' ? placed.platforms : [];
  const one = { report, platforms, evidence: digestOf(JSON.stringify(json)), by: path };
  const scans = { image: scannable, reports: [one], unread: [], repositories: [repository] };
  const data = await readScanData(run);
  if (data.kind !== 'read') return;
  const known = { data: data.data, evidence: [], now: effects.now(), hint: '' };
  const { kind, reason } = answerScans(image, scans, gate, known);
  const at = `${image} ${shortDigest(digest)}`;
  effects.log(`${path}: by it alone vulnerabilities of ${at} would be ${kind}: ${reason}`);
  effects.log(`${path}: it is shown and counts for nothing, since this run is for a pull request`);
}

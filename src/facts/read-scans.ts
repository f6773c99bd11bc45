import pLimit from 'p-limit';
import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import { PromoteError } from '../errors.ts';
import type { ScanData } from '../gates/facts.ts';
import { answerScans, type ScanAnswer } from '../gates/judge-vulnerabilities.ts';
import { lackingHint } from '../gates/vulnerabilities.ts';
import { readFiles } from '../git/read-files.ts';
import { readAttachedVex } from '../images/attached-vex.ts';
import { readScans } from '../images/scans.ts';
import { withServices } from '../images/service-scans.ts';
import { digestOf } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';
import type { ImageScans } from '../vulnerabilities/judge.ts';
import { readExploitProbabilities, readKnownExploited } from '../vulnerabilities/known-exploited.ts';
import { readVex } from '../vulnerabilities/vex/vex.ts';

/** Reports are large, so only few are in memory at a time. */
const atOnce = pLimit(2);

/** An image whose reports are read at its source. VEX may name it by any of its repositories. */
interface Scannable extends Pick<Candidate, 'image' | 'digest'> {
  readonly source: Pick<Candidate['source'], 'repository'>;
  readonly targets: readonly Pick<Candidate['targets'][number], 'repository'>[];
}

/** The scan reports of an image, such as a promotion's source. */
export async function readImageScans(
  effects: Run['effects'],
  { image, digest, source, targets }: Scannable,
  { signers, vexSigners, services = [] }: VulnerabilityGate,
): Promise<ImageScans> {
  const trusts = await Promise.all(signers.map(effects.trust));
  const stating = await Promise.all(vexSigners.map(effects.trust));
  const store = effects.store(source.repository);
  const found = await atOnce(async () => {
    const attached = await readScans(store, digest, trusts);
    const asked = { services, ask: effects.scanned, image, repository: source.repository };
    const scans = await withServices(attached, asked);
    if (stating.length === 0) return scans;
    const subjects = new Set([digest, ...scans.image.platforms.map(platform => platform.digest)]);
    const { vex, unread } = await readAttachedVex(store, subjects, stating);
    return { ...scans, vex, unread: [...scans.unread, ...unread] };
  });
  const repositories = [...new Set([source.repository, ...targets.map(({ repository }) => repository)])];
  return { ...found, repositories };
}

/** Reads the reports of a promotion's source image, and judges them. */
export async function judgeImageScans(
  effects: Run['effects'],
  candidate: Pick<Candidate, 'image' | 'digest' | 'source' | 'targets'>,
  gate: VulnerabilityGate,
  { data, evidence }: Extract<ScanData, { kind: 'read' }>,
): Promise<ScanAnswer> {
  const found = await readImageScans(effects, candidate, gate);
  const { image, source } = candidate;
  const hint = lackingHint(gate, source);
  return answerScans(image, found, gate, { data, evidence, now: effects.now(), hint });
}

const NOTHING = { vex: [], exploited: new Set<string>(), probabilities: new Map<string, number>() };

/**
 * The lists that the gate names, at the observed head of the environment's branch. A list in an open pull
 * request does not count. Without the gate nothing is read.
 */
export async function readScanData({
  environment,
  files: { repository, head },
}: Pick<Run, 'environment' | 'files'>): Promise<ScanData> {
  const { kev, epss, vex = [] } = environment.gates.vulnerabilities?.data ?? {};
  const paths = new Set([kev, epss, ...vex].filter(path => path !== undefined));
  if (paths.size === 0) return { kind: 'read', evidence: [], data: NOTHING };
  try {
    const texts = await readFiles(repository, head.commit, path => paths.has(path));
    const textOf = (path: string) => {
      const text = texts.get(path);
      if (text !== undefined) return text;
      throw new PromoteError('INVALID', `${path} cannot be read: there is no such file on ${head.branch}`);
    };
    const data = {
      vex: vex.flatMap(path => required(path, readVex(textOf(path))).statements),
      exploited: kev === undefined ? NOTHING.exploited : required(kev, readKnownExploited(textOf(kev))).known,
      probabilities:
        epss === undefined
          ? NOTHING.probabilities
          : required(epss, readExploitProbabilities(textOf(epss))).known,
    };
    return {
      kind: 'read',
      evidence: [...paths].map(path => digestOf(textOf(path))),
      data,
    };
  } catch (error) {
    if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
      return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

function required<Reading extends { readonly kind: string }>(
  path: string,
  reading: Reading | { readonly kind: 'refused'; readonly reason: string },
): Exclude<Reading, { readonly kind: 'refused' }> {
  if (reading.kind === 'refused' && 'reason' in reading)
    throw new PromoteError('INVALID', `${path} cannot be read: ${reading.reason}`);
  return reading as Exclude<Reading, { readonly kind: 'refused' }>;
}

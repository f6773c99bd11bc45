import { z } from 'zod';
import type { CheckSource } from '../../environments/gates/checks.ts';
import type { CheckFinding } from '../../gates/judge-checks.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { Effects } from '../../run/effects.ts';
import { readAttestations } from '../../signing/attestations.ts';
import { matchesName } from '../../signing/trusted-signer.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
const LIMIT = 8 * 1024 * 1024;

const PREDICATE = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(z.object({ name: z.string().nullish(), uri: z.string().nullish() })),
  failedTests: z.array(z.string()).nullish(),
});

interface Result {
  readonly time: Date | undefined;
  readonly finding: Extract<CheckFinding, { readonly said: string }>;
}

/**
 * Finds the test results that accepted signers attached to the source image. The newest with a verified time
 * decides. A failed result without a time closes the gate, since nothing shows that it is outdated.
 */
export async function readTestResults(
  { store, trust }: Pick<Effects, 'store' | 'trust'>,
  { digest, source }: Pick<Candidate, 'digest' | 'source'>,
  { name, signers }: Extract<CheckSource, { readonly kind: 'test' }>,
): Promise<CheckFinding> {
  const trusts = await Promise.all(signers.map(trust));
  const isOther = (type: string) => type !== '' && type !== TEST_RESULT;
  const results: Result[] = [];
  const search = { store: store(source.repository), digest, trusts, limit: LIMIT, isOther };
  for await (const attestation of readAttestations(search)) {
    if (attestation.kind !== 'verified') {
      // It may be the newest result, so an older one must not open the gate.
      if (attestation.reason === 'too-large') {
        const reason = `an attestation is too large to be read: ${attestation.detail}`;
        return { kind: 'unreadable', reason, hint: 'attach a smaller one, and delete this one' };
      }
      continue;
    }
    const { statement, time, manifest } = attestation;
    if (statement.predicateType !== TEST_RESULT) continue;
    const predicate = PREDICATE.safeParse(statement.predicate);
    if (!predicate.success) {
      const said = `in ${shortDigest(manifest)}, which cannot be read as a test result`;
      results.push({ time, finding: { kind: 'failed', said, evidence: manifest } });
      continue;
    }
    const { configuration } = predicate.data;
    const names = configuration.flatMap(one => [one.name ?? [], one.uri ?? []].flat());
    if (names.some(one => matchesName(name, one))) {
      results.push({ time, finding: findingOf(predicate.data, manifest) });
    }
  }
  return decidingOf(results);
}

function findingOf({ result, failedTests }: z.infer<typeof PREDICATE>, evidence: Digest): Result['finding'] {
  const failed = failedTests ?? [];
  const where = `in ${shortDigest(evidence)}`;
  if (result === 'PASSED' && failed.length === 0) return { kind: 'passed', said: where, evidence };
  const named =
    failed.length === 0 ? '' : `, ${failed.slice(0, 3).join(', ')}${failed.length > 3 ? ', …' : ''}`;
  return { kind: 'failed', said: `${where}: ${result}${named}`, evidence };
}

function decidingOf(results: readonly Result[]): CheckFinding {
  const newest = Math.max(...results.map(({ time }) => time?.getTime() ?? -Infinity));
  const deciding = results.filter(({ time }) => time === undefined || time.getTime() === newest);
  const failed = deciding.find(({ finding }) => finding.kind === 'failed');
  return (failed ?? deciding[0])?.finding ?? { kind: 'absent', said: 'no test result of it by its signers' };
}

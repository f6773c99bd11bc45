import type { Environment } from '../environments/environments.ts';
import type { AcceptedProvenance } from '../environments/gates/provenance.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Gate } from './gate.ts';
import { signerName } from './signature.ts';

/** Open if signed provenance shows that the source image was built as one of its entries requires. */
export const provenanceGate: Gate = {
  // A rollback returns to a digest that this environment had before.
  onRollback: 'skipped',
  needs: (candidate, environment) =>
    acceptedFor(environment, candidate).map(rule => ({ kind: 'provenance', rule })),
  judge: (candidate, { provenances }, environment) => {
    const rules = acceptedFor(environment, candidate);
    if (rules.length === 0) return undefined;
    const gate = 'provenance';
    const findings = provenances.get(candidate.image) ?? [];
    // Findings are in the rules' order; of several that fit, the highest level counts.
    const fitting = findings
      .flatMap((found, index) => (found.kind === 'built' ? [{ ...found, level: rules[index]?.level }] : []))
      .toSorted((left, right) => (right.level ?? 0) - (left.level ?? 0));
    const [built] = fitting;
    if (built !== undefined) {
      const { by, manifest, level } = built;
      const evidence = manifest === undefined ? undefined : [manifest];
      return { kind: 'open', gate, reason: `built by ${by}`, evidence, level };
    }
    const reasons = findings.flatMap(found =>
      found.kind === 'refused' ? `${found.code}: ${found.detail}` : [],
    );
    return {
      kind: 'closed',
      gate,
      reason: reasons.length === 0 ? 'no-provenance: none was looked for' : reasons.join('; '),
      hint: `have ${candidate.source.repository} built so that ${rules.map(({ accepted }) => (accepted === undefined ? 'BuildKit' : signerName(accepted))).join(' or ')} attests its provenance`,
    };
  },
};

function acceptedFor({ gates }: Environment, { image }: Candidate): readonly AcceptedProvenance[] {
  return (gates.provenance ?? []).filter(({ images }) => images.length === 0 || images.includes(image));
}

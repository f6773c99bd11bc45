import { sourceNames } from '../environments/image-origin.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Gate } from './gate.ts';

/** Open if our record says that the digest was promoted into the environment before, under an accepted policy. */
export const predecessorGate: Gate = {
  // A rollback returns to a digest that this environment had before.
  onRollback: 'skipped',
  isOfSource: true,
  needs: (_, { from, gates: { predecessor } }) =>
    predecessor === undefined
      ? []
      : sourceNames(from).map(name => ({
          kind: 'predecessor',
          from: name,
          policies: predecessor.policies,
          vsa: predecessor.vsa === 'required',
        })),
  judge: ({ image }, { predecessors, command }, { from, gates: { predecessor } }) => {
    if (predecessor === undefined || from.kind !== 'environment') return undefined;
    const found = predecessors.get(image);
    const gate = 'predecessor';
    if (found?.kind === 'recorded') {
      const { planDigest, time, manifest, summary } = found;
      const reason = `recorded into ${from.name} on ${time.slice(0, 10)}, plan ${shortDigest(planDigest)}`;
      return {
        kind: 'open',
        gate,
        reason,
        evidence: summary === undefined ? [manifest] : [manifest, summary],
      };
    }
    const { code, detail } = found ?? { code: 'no-record', detail: 'no record was looked for' };
    const hint =
      code === 'policy-not-accepted'
        ? 'list the hash in gates.predecessor.policies if that policy is to count'
        : `promote it into ${from.name} first; ${command('verify', from.name, '--repair')} adds a record or verification summary that an interrupted run left out`;
    return { kind: 'closed', gate, reason: `${code}: ${detail}`, hint };
  },
};

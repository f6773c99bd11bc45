import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import type { SourceImage } from '../plan/snapshot.ts';
import type { Gate } from './gate.ts';

/** Open if scan reports of every platform show nothing more severe than the gate allows. */
export const vulnerabilitiesGate: Gate = {
  onRollback: 'warns',
  needs: (_, { gates: { vulnerabilities } }) =>
    vulnerabilities === undefined ? [] : [{ kind: 'scans', gate: vulnerabilities }],
  judge: ({ image, source }, { scans, scanData }, { gates: { vulnerabilities: gate } }) => {
    if (gate === undefined) return undefined;
    const closed = { kind: 'closed', gate: 'vulnerabilities' } as const;
    if (scanData.kind === 'unreadable') {
      const hint = 'correct it on the branch, or take it out of `gates.vulnerabilities.data`';
      return { ...closed, reason: scanData.reason, hint };
    }
    const answer = scans.get(image);
    if (answer === undefined)
      return { ...closed, reason: 'no scan report was looked for', hint: lackingHint(gate, source) };
    return { gate: 'vulnerabilities', ...answer };
  },
};

/** The hint for a missing report. */
export function lackingHint(
  { signers }: Pick<VulnerabilityGate, 'signers'>,
  { repository }: Pick<SourceImage, 'repository'>,
): string {
  const scan = `have ${repository} scanned`;
  return signers.length > 0
    ? `${scan}, and the report attached by one of \`gates.vulnerabilities.signers\``
    : `${scan} by what \`gates.vulnerabilities.from\` names`;
}

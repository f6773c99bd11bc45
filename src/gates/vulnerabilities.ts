import type { Gate } from './gate.ts';

/** Open if scan reports of every platform show nothing graver than is let through. */
export const vulnerabilitiesGate: Gate = {
  onRollback: 'warns',
  needs: (_, { gates: { vulnerabilities } }) =>
    vulnerabilities === undefined ? [] : [{ kind: 'scans', gate: vulnerabilities }],
  judge: ({ image, source }, { scans, scanData, now }, { gates: { vulnerabilities: gate } }) => {
    if (gate === undefined) return undefined;
    const closed = { kind: 'closed', gate: 'vulnerabilities' } as const;
    if (scanData.kind === 'unreadable') {
      const hint = 'correct it, or take it out of `gates.vulnerabilities.data`';
      return { ...closed, reason: scanData.reason, hint };
    }
    const found = scans.get(image);
    const scan = `have ${source.repository} scanned`;
    const hint =
      gate.signers.length > 0
        ? `${scan}, and the report attached by one of \`gates.vulnerabilities.signers\``
        : `${scan} by what \`gates.vulnerabilities.from\` names`;
    if (found === undefined || scanData.kind === 'none')
      return { ...closed, reason: 'no scan report was looked for', hint };
    const { data, evidence, answer } = scanData;
    return { gate: 'vulnerabilities', ...answer(image, found, gate, { data, evidence, now, hint }) };
  },
};

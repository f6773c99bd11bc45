import { checksFor } from '../environments/gates/checks.ts';
import type { Gate } from './gate.ts';

/** Open if every required check has passed where the environment before pins the digest. */
export const checksGate: Gate = {
  onRollback: 'warns',
  isOfSource: true,
  judge: ({ image }, { checks }, { gates }) => {
    if (checksFor(gates.checks, image).length === 0) return undefined;
    const unread = { kind: 'waiting', reason: 'nothing was read about them', hint: 'run it again' } as const;
    return { gate: 'checks', ...(checks.get(image) ?? unread) };
  },
};

import { soakTime } from '../environments/gates/soak.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Gate } from './gate.ts';

/** Waits until the environment before has pinned the very digest for long enough, without a break. */
export const soakGate: Gate = {
  onRollback: 'warns',
  isOfSource: true,
  judge: ({ image, digest }, { soaks, now }, { from, gates: { soak } }) => {
    if (soak === undefined || from.kind !== 'environment') return undefined;
    const fact = soaks.get(image) ?? UNREAD;
    switch (fact.kind) {
      case 'absent': {
        const reason = `${from.name} does not pin ${shortDigest(digest)}`;
        return { kind: 'closed', gate: 'soak', reason, hint: `promote it to ${from.name} first` };
      }
      case 'unknown':
        return { kind: 'waiting', gate: 'soak', reason: fact.reason, hint: fact.hint };
      case 'pinned': {
        const pinned = `${fact.isRunning ? 'running' : 'pinned'} in ${from.name} since ${minuteOf(fact.since)}`;
        const left = fact.since.getTime() + soakTime(soak) - now.getTime();
        if (left <= 0) return { kind: 'open', gate: 'soak', reason: `${pinned}, for ${soak.duration}` };
        const opens = minuteOf(new Date(now.getTime() + left + MINUTE - 1));
        return {
          kind: 'waiting',
          gate: 'soak',
          reason: `${pinned}; opens at ${opens}`,
          hint: 'the next run after that continues',
          opensIn: `open in ${lengthOf(left)}`,
          opensAfter: left,
        };
      }
    }
  },
};

const UNREAD = { kind: 'unknown', reason: 'nothing was read about it', hint: 'run it again' } as const;

const MINUTE = 60_000;

/** Whole minutes, rounded up: `3 h 20 min`, `2 d 4 h`. */
function lengthOf(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
  if (hours === 0) return `${minutes} min`;
  return `${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, '2026-12-20T00:00'.length)}Z`;
}

import type { ProtectedChange } from '../plan/protected-changes.ts';
import { heading, phrase, type Report, type Tone } from './document.ts';

/** What `promote gate` answers for one commit, and why. */
export interface GateAnswer {
  /** `ours`: a branch of promote's own, which apply answers for. */
  readonly state: 'success' | 'failure' | 'pending' | 'ours';
  /** What it was asked about, for people: a pull request's address, or a merge group. */
  readonly subject: string;
  /** The commit that has the status. */
  readonly commit: string;
  /** One sentence. */
  readonly reason: string;
  readonly changes: readonly ProtectedChange[];
  /** What else people should know, such as a change of the environments file. */
  readonly notices: readonly string[];
}

/** Says what was answered, each change that it stands on, and what to do. */
export function gateReport(answer: GateAnswer): Report {
  const { state, subject, reason, changes, notices } = answer;
  const found = changes.map(({ environment, kind, file, what }) => [
    phrase(environment, 'bad'),
    phrase(kind),
    phrase(`${file}:`),
    phrase(what),
  ]);
  const told = notices.map(notice => [phrase('notice', 'wait'), phrase(notice)]);
  const items = [...found, ...told];
  return {
    blocks: [
      heading(phrase(subject), phrase(WORDS[state], TONES[state]), phrase(reason)),
      ...(items.length === 0 ? [] : [{ kind: 'items', items } as const]),
    ],
    json: answer,
  };
}

const WORDS = {
  success: 'may be merged:',
  failure: 'may not be merged:',
  pending: 'waits:',
  ours: 'is left to apply:',
} satisfies Record<GateAnswer['state'], string>;

const TONES = { success: 'good', failure: 'bad', pending: 'wait', ours: 'quiet' } satisfies Record<
  GateAnswer['state'],
  Tone
>;

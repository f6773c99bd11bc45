import type { ProtectedChange } from '../plan/protected-changes.ts';
import { heading, line, phrase, type Report, type Tone } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { gate } from './schemas/reading.ts';

/** The answer of `promote gate` for one commit. */
export interface GateAnswer {
  /** `ours`: one of promote's own branches, which apply checks. */
  readonly state: 'success' | 'failure' | 'pending' | 'ours';
  /** The subject for people: a pull request's address, or a merge group. */
  readonly subject: string;
  /** The commit that has the status. */
  readonly commit: string;
  /** One sentence. */
  readonly reason: string;
  readonly changes: readonly ProtectedChange[];
  /** Further facts for people, such as a change of the environments file. */
  readonly notices: readonly string[];
}

/** Reports the answer, the changes behind it, and what to do. */
export function gateReport(answer: GateAnswer): Report {
  const { state, subject, reason, changes, notices } = answer;
  const found = changes.map(({ environment, kind, file, what }) => [
    phrase(environment, 'bad'),
    phrase(kind),
    phrase(`${file}:`),
    phrase(what),
  ]);
  const noticed = notices.map(notice => [phrase('notice', 'wait'), phrase(notice)]);
  const items = [...found, ...noticed];
  return {
    blocks: [
      heading(phrase(subject), phrase(WORDS[state], TONES[state]), phrase(reason)),
      ...(items.length === 0 ? [] : [{ kind: 'items', items } as const]),
    ],
    json: answer satisfies Json<typeof gate>,
  };
}

/** The answer for a page: its title, why, and the changes in a table. */
export function gateSummary(answer: GateAnswer): Report {
  const { state, subject, reason, changes, notices } = answer;
  const rows = changes.map(({ environment, kind, file, what }) =>
    [environment, kind, file, what].map(text => phrase(text)),
  );
  const items = notices.map(notice => [phrase('notice', 'wait'), phrase(notice)]);
  return {
    ...gateReport(answer),
    blocks: [
      heading(phrase('promote/gate:'), phrase(WORDS[state].replace(/:$/, ''), TONES[state])),
      line(phrase(`${subject}: ${reason}`)),
      ...(rows.length === 0
        ? []
        : [{ kind: 'table', head: ['environment', 'what', 'file', 'change'], rows } as const]),
      ...(items.length === 0 ? [] : [{ kind: 'items', items } as const]),
    ],
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

import type { Finding } from '../plan/check.ts';
import { heading, phrase, type Report, type Tone } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { check } from './schemas/reading.ts';

/** Reports the findings of `check`, the worst first. */
export function checkReport(file: string, findings: readonly Finding[]): Report {
  const severities = ['error', 'warning', 'note'] as const;
  const ordered = severities.flatMap(severity => findings.filter(finding => finding.severity === severity));
  const grave = ordered.filter(({ severity }) => severity !== 'note');
  const items = ordered.map(({ severity, subject, message, hint }) => [
    phrase(severity, TONES[severity]),
    phrase(`${subject}:`),
    phrase(message),
    ...(hint === undefined ? [] : [phrase(`(${hint})`, 'quiet')]),
  ]);
  const isPart = findings.some(({ unchecked }) => unchecked);
  const clean = isPart ? 'nothing to correct in what was checked' : 'nothing to correct';
  const verdict = grave.length === 0 ? phrase(clean, 'good') : phrase(countOf(grave), 'wait');
  return {
    blocks: [
      heading(phrase(file), verdict),
      ...(items.length === 0 ? [] : [{ kind: 'items', items } as const]),
    ],
    json: { file, findings: ordered } satisfies Json<typeof check>,
  };
}

const TONES = { error: 'bad', warning: 'wait', note: 'quiet' } satisfies Record<Finding['severity'], Tone>;

function countOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`;
}

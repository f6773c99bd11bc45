import type { Finding } from '../plan/check.ts';
import { heading, type Phrase, phrase, type Report, type Tone } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { check } from './schemas/reading.ts';

/** Reports the findings of `check`, the most severe first. */
export function checkReport(file: string, findings: readonly Finding[]): Report {
  const severities = ['error', 'warning', 'note'] as const;
  const graded = severities.flatMap(severity => findings.filter(finding => finding.severity === severity));
  const ordered = [...graded.filter(({ ok }) => !ok), ...graded.filter(({ ok }) => ok)];
  const grave = ordered.filter(({ severity }) => severity !== 'note');
  const items = ordered.map(({ severity, subject, message, hint, ok, unchecked }) => [
    ok ? phrase('ok', 'good') : phrase(unchecked ? 'not checked' : severity, TONES[severity]),
    phrase(`${subject}:`),
    phrase(unchecked ? message.replace(NOT_CHECKED, '') : message),
    ...(hint === undefined ? [] : [phrase(`(${hint})`, 'quiet')]),
  ]);
  const isPart = findings.some(({ unchecked }) => unchecked);
  const clean = isPart ? 'nothing to correct in what was checked' : 'nothing to correct';
  const verdict = grave.length === 0 ? phrase(clean, 'good') : phrase(countOf(grave), 'wait');
  return {
    blocks: [
      heading(phrase(file), verdict, ...countsOf(findings)),
      ...(items.length === 0 ? [] : [{ kind: 'items', items } as const]),
    ],
    json: { file, findings: ordered } satisfies Json<typeof check>,
  };
}

/** The beginning of a message about something unchecked, for formats without labels. */
const NOT_CHECKED = /^not checked: /;

const TONES = { error: 'bad', warning: 'wait', note: 'quiet' } satisfies Record<Finding['severity'], Tone>;

/** The numbers of passed checks and of things that were not checked. */
function countsOf(findings: readonly Finding[]): readonly Phrase[] {
  const [sound, unchecked] = [
    findings.filter(({ ok }) => ok).length,
    findings.filter(({ unchecked }) => unchecked).length,
  ];
  const counted = [sound > 0 && `${sound} ok`, unchecked > 0 && `${unchecked} not checked`].filter(Boolean);
  return counted.length === 0 ? [] : [phrase(`(${counted.join(', ')})`, 'quiet')];
}

function countOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`;
}

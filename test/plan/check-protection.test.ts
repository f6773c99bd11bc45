import { expect, it } from 'vitest';
import { checkProtection } from '../../src/plan/check-protection.ts';

const SELF = 'switch on "Prevent self-review"';

it.each<[string, Parameters<typeof checkProtection>[1], string | undefined]>([
  ['cannot be read', undefined, 'warning'],
  ['is only a timer', { asksPeople: false, againstSelf: SELF, waitsFor: ['a timer of 5 minutes'] }, 'error'],
  ['is nothing', { asksPeople: false, againstSelf: SELF, waitsFor: [] }, 'error'],
  ['lets whoever started the run in', { asksPeople: true, againstSelf: SELF, waitsFor: [] }, 'warning'],
  [
    'asks others',
    { asksPeople: true, againstSelf: undefined, waitsFor: ['the rule of App drift'] },
    undefined,
  ],
])("finds what is open where the CI's protection of an environment %s", (_, found, severity) => {
  expect(checkProtection('production', found).map(finding => finding.severity)).toEqual(
    severity === undefined ? [] : [severity],
  );
});

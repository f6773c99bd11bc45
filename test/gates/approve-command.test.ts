import { expect, it } from 'vitest';
import { APPROVE, readApproval } from '../../src/gates/approve-command.ts';
import { digestOf } from '../../src/oci/digest.ts';

const PLAN = digestOf('plan');
const LINE = `${APPROVE} ${PLAN}`;

it.each([LINE, `${LINE}\n`, `\r\n${LINE}\r\n`, `  ${LINE}\t`])('a comment approves: %j', text => {
  expect(readApproval(text, APPROVE)).toEqual({ kind: 'approves', digest: PLAN });
});

it.each([
  `${APPROVE} ${PLAN.slice(0, 30)}`,
  APPROVE,
  `${APPROVE}  ${PLAN}`,
  `${LINE}\n${LINE}`,
  `${LINE}\n${APPROVE} ${digestOf('other')}`,
  `${LINE}\nlooks good`,
  `please look\n${LINE}`,
  `/promote refresh\n${LINE}`,
  `\`${LINE}\``,
  `\`\`\`\n${LINE}\n\`\`\``,
  `\u200b${LINE}`,
  `${LINE}\u200b`,
  `\ufeff${LINE}`,
  `/pro\u00admote approve ${PLAN}`,
  `/promote approve\u00a0${PLAN}`,
  LINE.toUpperCase(),
  `promote approve ${PLAN}`,
  `${LINE}${' '.repeat(100_000)}`,
])('a comment seems to approve, and does not: %j', text => {
  expect(readApproval(text, APPROVE)).toEqual({ kind: 'unclear' });
});

it.each([
  '',
  'looks good',
  `> ${LINE}`,
  `> ${LINE}\n\nshould I?`,
  `I would not say ${LINE}`,
  '/promote refresh',
])('a comment says nothing about approval: %j', text => {
  expect(readApproval(text, APPROVE)).toEqual({ kind: 'nothing' });
});

it('a forge with another command takes that one alone', () => {
  const command = 'promote: approve';
  expect(readApproval(`${command} ${PLAN}`, command)).toEqual({ kind: 'approves', digest: PLAN });
  for (const line of [LINE, `promote approve ${PLAN}`, `Promote: approve ${PLAN}`])
    expect(readApproval(line, command)).toEqual({ kind: 'unclear' });
});

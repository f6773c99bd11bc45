import { expect, it } from 'vitest';
import { namingCommand } from '../../src/plan/invocation.ts';
import { heading, phrase } from '../../src/reports/document.ts';
import { withNamedCommand } from '../../src/reports/naming-command.ts';

const APPLY = { words: ['apply', 'production'], options: [['--image', 'api']] as const };

it.each([
  [
    'run it again: what is done already is not done twice',
    'run it again (promote apply production --image api): what is done already is not done twice',
  ],
  [
    'commit them and run again; nothing was written',
    'commit them and run again (promote apply production --image api); nothing was written',
  ],
  [
    'ghcr.io limits requests: run it again later',
    'ghcr.io limits requests: run it again (promote apply production --image api) later',
  ],
  ['run it again: promote apply qa', 'run it again: promote apply qa'],
  [
    'no build was named for it: promote plan production --image api=a.io/api:<tag>',
    'no build was named for it: promote apply production --image api=a.io/api:<tag>',
  ],
  [
    'write its plan: promote plan production --image api=a.io/api:1 --out plan.json',
    'write its plan: promote plan production --image api=a.io/api:1 --out plan.json',
  ],
  ['see promote plan qa --image api', 'see promote plan qa --image api'],
  ['set COSIGN_PASSWORD', 'set COSIGN_PASSWORD'],
])('names the command in a hint to run again: %s', (hint, expected) => {
  expect(namingCommand(hint, APPLY)).toBe(expected);
  expect(namingCommand(hint, undefined)).toBe(hint);
});

it('names it in every part of a report, and in no text of a diff', () => {
  const again = 'run it again';
  const named = 'run it again (promote apply production --image api)';
  const report = withNamedCommand(
    {
      blocks: [
        heading(phrase(again)),
        { kind: 'items', items: [[phrase('failed:'), phrase(again)]] },
        { kind: 'table', head: [again], rows: [[phrase(again)]] },
        { kind: 'diff', text: again },
      ],
      json: { error: { message: again, hint: again }, other: [{ hint: null }] },
    },
    APPLY,
  );
  expect(report).toEqual({
    blocks: [
      heading(phrase(named)),
      { kind: 'items', items: [[phrase('failed:'), phrase(named)]] },
      { kind: 'table', head: [again], rows: [[phrase(named)]] },
      { kind: 'diff', text: again },
    ],
    json: { error: { message: again, hint: named }, other: [{ hint: null }] },
  });
});

import { expect, it } from 'vitest';
import { commandOn, type GivenOption, namingCommand, sameCommand } from '../../src/plan/invocation.ts';
import { againInstead, againWith, writingPlans } from '../../src/plan/request.ts';

const CASES: readonly (readonly [
  words: readonly string[],
  options: readonly GivenOption[],
  typed: string,
])[] = [
  [['rollback', 'production'], [], 'promote rollback production --force'],
  [
    ['apply', 'production'],
    [['--image', 'api=registry.example/api:1.0.0@sha256:00']],
    'promote apply production --image api=registry.example/api:1.0.0@sha256:00 --force',
  ],
  [
    ['rollback', 'production'],
    [['--reason', "it's $(broken) & `slow`"]],
    "promote rollback production --reason 'it'\\''s $(broken) & `slow`' --force",
  ],
  [['rollback', 'production'], [['--reason', '']], "promote rollback production --reason '' --force"],
  [['rollback', 'production'], [['--reason', 'a\nrm -rf ~']], 'the same command with --force'],
];

it.each(CASES)('%j with %j is typed again as %s', (words, options, expected) => {
  expect(sameCommand({ words, options }, '--force')).toBe(expected);
});

it('is an apply where nothing says how the run was started', () => {
  expect(againWith({ environment: 'qa' }, '--approved-by', '<name>')).toBe(
    'promote apply qa --approved-by <name>',
  );
});

it('is typed again with other values for an option, though another one has its name as a value', () => {
  const options: readonly GivenOption[] = [['--image', 'api'], ['--yes'], ['--reason', '--image']];
  const request = { environment: 'qa', invocation: { words: ['rollback', 'qa'], options } };
  expect(againInstead(request, ['--image'], '--image', 'web')).toBe(
    'promote rollback qa --yes --reason --image --image web',
  );
});

it.each([
  [undefined, 'promote lift qa api --digest <digest>'],
  ["it's/here.yaml", "promote lift qa api --digest <digest> --file 'it'\\''s/here.yaml'"],
])('another command names the environments file %s', (file, expected) => {
  expect(commandOn({ file }, 'lift', 'qa', 'api', '--digest', '<digest>')).toBe(expected);
});

it.each([
  ['wait, and run it again', 'wait, and run it again (promote hold qa api)'],
  [
    'name what to hold (--digest <digest>), or hold every one (--all)',
    'name what to hold (promote hold qa api --digest <digest>), or hold every one (promote hold qa api --all)',
  ],
  ['promote plan qa shows it (--out)', 'promote plan qa shows it (--out)'],
])('the hint %j names the command that was typed', (hint, expected) => {
  expect(namingCommand(hint, { words: ['hold', 'qa', 'api'], options: [] })).toBe(expected);
  expect(namingCommand(hint, undefined)).toBe(hint);
});

it.each([
  [
    'name the image: promote lift qa <image>',
    "name the image: promote lift qa <image> (with --file 'my env.yaml')",
  ],
  ['promote plan qa --file a.yaml shows it', 'promote plan qa --file a.yaml shows it'],
  ['write one with promote init', 'write one with promote init'],
])('the hint %j names the environments file of the run', (hint, expected) => {
  const invocation = { words: ['lift', 'qa'], options: [['--file', 'my env.yaml']] } as const;
  expect(namingCommand(hint, invocation)).toBe(expected);
  expect(namingCommand(hint, { words: ['lift', 'qa'], options: [] })).toBe(hint);
});

it('a hint to name another one does not repeat what was named', () => {
  const invocation = { words: ['custody', 'api'], options: [['--environment', 'qa']] } as const;
  expect(namingCommand('name another end (--environment <name>)', invocation)).toBe(
    'name another end (promote custody api --environment <name>)',
  );
});

const ASKED = { environment: 'qa', images: new Map(), allowDirect: false, allowBackward: false };
const BUILD = new Map([['api', 'registry.example/api:1']]);
it.each<[Partial<typeof ASKED>, 'promotion' | 'rollback', string | undefined]>([
  [{}, 'promotion', undefined],
  [{ images: BUILD }, 'promotion', 'promote plan qa --image api=registry.example/api:1 --out plan.json'],
  [{ images: new Map([['api', undefined]]) }, 'promotion', 'promote plan qa --image api --out plan.json'],
  [
    { allowDirect: true, allowBackward: true },
    'promotion',
    'promote plan qa --allow-direct --allow-backward --out plan.json',
  ],
])('is written as a plan of %j (%s) by %s', (asked, kind, command) => {
  expect(writingPlans({ file: undefined }, { ...ASKED, ...asked }, kind)).toBe(command);
});

it('writes the plan of a rollback as it was asked for', () => {
  const invocation = { words: ['rollback', 'qa'], options: [['--steps', '1']] } as const;
  expect(writingPlans({ file: undefined }, { ...ASKED, invocation }, 'rollback')).toBe(
    'promote rollback qa --steps 1 --out plan.json',
  );
});

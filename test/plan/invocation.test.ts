import { expect, it } from 'vitest';
import { sameCommand } from '../../src/plan/invocation.ts';
import { againWith } from '../../src/plan/request.ts';

it.each([
  [['rollback', 'production'], [], 'promote rollback production --force'],
  [
    ['apply', 'production'],
    ['--image', 'api=registry.example/api:1.0.0@sha256:00'],
    'promote apply production --image api=registry.example/api:1.0.0@sha256:00 --force',
  ],
  [
    ['rollback', 'production'],
    ['--reason', "it's $(broken) & `slow`"],
    "promote rollback production --reason 'it'\\''s $(broken) & `slow`' --force",
  ],
  [['rollback', 'production'], ['--reason', ''], "promote rollback production --reason '' --force"],
  [['rollback', 'production'], ['--reason', 'a\nrm -rf ~'], 'the same command with --force'],
])('%j with %j is typed again as %s', (words, options, expected) => {
  expect(sameCommand({ words, options }, '--force')).toBe(expected);
});

it('is an apply where nothing says how the run was started', () => {
  expect(againWith({ environment: 'qa' }, '--approved-by', '<name>')).toBe(
    'promote apply qa --approved-by <name>',
  );
});

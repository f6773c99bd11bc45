import { expect, it } from 'vitest';
import { fileWith, marked, problemsOf } from '../problems.ts';

const marks = (approval: string) =>
  problemsOf(fileWith({ prod: `gates: { approval: ${approval} }` })).map(marked);

it.each([
  ['blanks', '" ann"'],
  ['a sign before it', '"@ann"'],
  ['the name of a team', 'acme/ops'],
  ['a letter of another alphabet', '"\u0430nn"'],
  ['the name of an App', '"ann[bot]"'],
  ['the name of a person', 'Ann Lee'],
])('an approver is no login with %s', (_, user) => {
  expect(marks(`{ users: [ann, ${user}] }`)).toEqual([user]);
  expect(marks(`{ by: stated, users: [ann, ${user}] }`)).toEqual([]);
});

import { expect, it } from 'vitest';
import { asOwnPart, saysOwnWords, withNotes, withOwnWords } from '../../src/proposals/own-words.ts';

const MARK = '<!-- promote: sha256:0123 -->';
const [OLD, NEW] = ['Promote api 1.0 to qa', 'Promote api 1.1 to qa'];
const ours = { title: OLD, body: asOwnPart(MARK, 'Promotes api 1.0.\n\n| a | b |', OLD) };
const newer = { title: NEW, body: asOwnPart('<!-- promote: sha256:4567 -->', 'Promotes api 1.1.', NEW) };

it('replaces what promote wrote and keeps what others wrote around it', () => {
  const open = { title: `[hot] ${OLD} (please)`, body: `Look first.\n${ours.body}\n\nSee the notes.` };
  expect(withOwnWords(open, newer)).toEqual({
    title: `[hot] ${NEW} (please)`,
    body: `Look first.\n${newer.body}\n\nSee the notes.`,
  });
});

it('replaces all where its part is gone, and a title that is not its own any more', () => {
  expect(withOwnWords({ title: 'x', body: 'rewritten' }, newer)).toEqual(newer);
  expect(withOwnWords({ title: 'x', body: ours.body }, newer)).toEqual(newer);
});

it.each([
  ['as it was written', ours, true],
  ['with trailing blanks', { ...ours, body: ours.body.replaceAll('| b |', '| b |  ') }, true],
  ['with words of others around it', { title: `x ${OLD}`, body: `a\n${ours.body}\nb` }, true],
  ['with another word in it', { ...ours, body: ours.body.replace('api', 'web') }, false],
  ['with another title', { ...ours, title: 'x' }, false],
  ['without its end', { ...ours, body: ours.body.slice(0, 60) }, false],
])('knows its words %s', (_, open, isSaid) => {
  expect(saysOwnWords(open, OLD, MARK)).toBe(isSaid);
});

it('takes a broken title for none of its own', () => {
  const body = ours.body.replace(encodeURIComponent(OLD), '%FF');
  expect(withOwnWords({ title: OLD, body }, newer).title).toBe(NEW);
});

it("ends with people's notes when it is opened, and keeps what they made of them", () => {
  const noted = (body: string) => withNotes(body, 'Who was told: nobody\n');
  expect(noted(ours.body)).toBe(`${ours.body}\n\nWho was told: nobody`);
  const open = { title: OLD, body: `${ours.body}\n\nWho was told: alice` };
  const written = { ...newer, body: noted(newer.body) };
  expect(withOwnWords(open, written).body).toBe(`${newer.body}\n\nWho was told: alice`);
  expect(withOwnWords({ title: OLD, body: ours.body }, written).body).toBe(newer.body);
  expect(withOwnWords({ title: OLD, body: 'emptied' }, written).body).toBe(written.body);
});

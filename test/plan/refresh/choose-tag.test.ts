import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, boolean, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UpdateLevel } from '../../../src/environments/update-level.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { tagScheme } from '../../../src/oci/tag-scheme.ts';
import { chooseTag } from '../../../src/plan/refresh/choose-tag.ts';

const CASES = readFileSync(join(import.meta.dirname, '../../fixtures/refresh/tags.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(readCase);

describe('a tag moves by its own scheme', () => {
  it('is shown by at least 120 cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(120);
  });

  it.each(CASES)('$name', ({ repository, current, update, wanted, stays, refused }) => {
    const tags = [...wanted, current, ...refused.map(({ tag }) => tag)].toSorted();
    const answer = chooseTag({ repository, current, tags, complete: true, update });
    const expected = stays === undefined ? { kind: 'newer', tags: wanted } : { kind: 'stays', reason: stays };
    expect({ ...answer, refused: answer.refused.toSorted(byTag) }).toEqual({
      ...expected,
      refused: refused.toSorted(byTag),
    });
  });

  it.each(CASES)(
    '$name: not at all by a list that was cut short',
    ({ repository, current, update, wanted }) => {
      expect(chooseTag({ repository, current, tags: wanted, complete: false, update }).kind).toBe('stays');
    },
  );
});

it('never moves backward, to a pre-release or to another variant, whatever is offered', () => {
  const tag = constantFrom(...CASES.flatMap(({ current, wanted }) => [current, ...wanted]));
  const update = constantFrom<UpdateLevel>('digest', 'patch', 'minor', 'major');
  assert(
    property(tag, array(tag), update, boolean(), (current, tags, level, complete) => {
      const answer = chooseTag({ repository: NODE, current, tags, complete, update: level });
      if (answer.kind === 'stays') return;
      const own = tagScheme(current);
      for (const chosen of answer.tags) {
        const scheme = tagScheme(chosen);
        expect(scheme).toMatchObject({
          kind: own.kind,
          ...('variant' in own ? { variant: own.variant } : {}),
        });
        const counts = scheme.kind === 'floating' ? [] : scheme.counts;
        expect(counts.filter(({ kind, numbers }) => kind === 'pre-release' && numbers.length > 0)).toEqual(
          [],
        );
        const back = chooseTag({
          repository: NODE,
          current: chosen,
          tags: [current],
          complete: true,
          update: 'major',
        });
        expect(back.kind).toBe('stays');
      }
    }),
  );
});

const NODE = parseReference('node').repository;

function readCase(line: string) {
  const [question = '', rest = ''] = line.split(' -> ');
  const [answer = '', others = ''] = rest.split('|').map(part => part.trim());
  const [reference = '', update = ''] = question.split(' ');
  const words = answer.split(' ');
  const stays = words[0] === 'stays' ? words[1] : undefined;
  return {
    name: question,
    repository: parseReference(reference).repository,
    current: reference.slice(reference.lastIndexOf(':') + 1),
    update: update as UpdateLevel,
    stays,
    wanted: stays === undefined ? words : [],
    refused: others.split(' ').filter(Boolean).map(readRefusal),
  };
}

function readRefusal(text: string) {
  const [tag = '', reason = ''] = text.split('=');
  return { tag, reason };
}

function byTag(a: { readonly tag: string }, b: { readonly tag: string }): number {
  return a.tag < b.tag ? -1 : 1;
}

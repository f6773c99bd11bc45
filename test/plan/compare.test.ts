import { describe, expect, it } from 'vitest';
import { parseReference } from '../../src/oci/reference.ts';
import { isRestOf, planDifference, unfinishedPin } from '../../src/plan/compare.ts';
import { assemblePlan, namePlan, type Plan, type Promotion } from '../../src/plan/plan.ts';
import type { ImagePin } from '../../src/plan/snapshot.ts';
import { candidate, digestNamed, environment, POLICY } from '../fixtures/candidates.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const INPUT = { base: BASE, environment: environment(), group: 'all', ...POLICY };
const plan = assemblePlan({ ...INPUT, members: [candidate('web'), candidate('api')] });

describe('planDifference', () => {
  const half = assemblePlan({ ...INPUT, members: [candidate('api', { edits: [] }), candidate('web')] });
  const done = plan.promotions.find(({ image }) => image === 'api')?.edits[0]?.new ?? '';

  it.each([
    ['the same plan', plan, {}, false],
    ['a plan whose first pin is written already', half, { api: done }, false],
    [
      'a member that a gate closed meanwhile',
      assemblePlan({ ...INPUT, members: [candidate('web')] }),
      {},
      false,
    ],
    ['a pin with a third value', half, { api: `registry.example/qa/api:9@${digestNamed('third')}` }, true],
    [
      'a newer digest at the source',
      assemblePlan({ ...INPUT, members: [candidate('api', { digest: digestNamed('3') })] }),
      {},
      true,
    ],
    ['a member more', assemblePlan({ ...INPUT, members: [candidate('api'), candidate('new')] }), {}, true],
    [
      'another policy',
      assemblePlan({ ...INPUT, policy: digestNamed('p'), members: [candidate('api')] }),
      {},
      true,
    ],
  ])('judges %s', (_, current: Plan, changes, differs) => {
    expect(planDifference(plan, current, pinned(changes)) !== undefined).toBe(differs);
  });
});

describe('a plan of which one fact is another', () => {
  it.each(leaves(plan).map(({ path }) => [path.join('.'), path] as const))(
    'differs and is no rest of the first: %s',
    (_, path) => {
      const other = changed(plan, path);
      expect(other.digest).not.toBe(plan.digest);
      expect(isRestOf(other, plan)).toBe(false);
      // What a pin holds is told by the files: neither plan says it.
      if (path.at(-1) !== 'old') expect(planDifference(plan, other, pinned())).toBeDefined();
    },
  );

  it('differs where an image gets one target more or less', () => {
    const [first, ...others] = plan.promotions;
    if (first === undefined) throw new Error('no promotion');
    const further = { repository: 'us.example/api', tags: [] };
    for (const targets of [[], [...first.targets, further]]) {
      const other = namePlan({ ...plan, promotions: [{ ...first, targets }, ...others] });
      expect(planDifference(plan, other, pinned())).toMatch('targets or tags of api');
      expect(isRestOf(other, plan)).toBe(false);
    }
  });
});

describe('what is left of a plan', () => {
  const withPromotions = (promotions: readonly Promotion[]) => namePlan({ ...plan, promotions });

  it.each([
    ['all of it', plan],
    ['one member', withPromotions(plan.promotions.slice(1))],
    ['a member whose pins are right by now', withPromotions(plan.promotions.map(p => ({ ...p, edits: [] })))],
  ])('is %s', (_, rest) => expect(isRestOf(rest, plan)).toBe(true));

  it('is nothing that has a member more', () => {
    expect(isRestOf(plan, withPromotions(plan.promotions.slice(1)))).toBe(false);
  });
});

describe('a promotion that is not due any more', () => {
  const [promotion] = plan.promotions;
  if (promotion === undefined) throw new Error('no promotion');
  const [edit] = promotion.edits;

  it('was carried out where its pins hold what they shall', () => {
    expect(unfinishedPin(promotion, pinned({ api: edit?.new ?? '' }))).toBeUndefined();
  });

  it.each([
    ['what they held', {}],
    ['a third value', { api: `registry.example/qa/api:9@${digestNamed('third')}` }],
  ])('was not where they hold %s', (_, values) => {
    expect(unfinishedPin(promotion, pinned(values))).toMatch(`${edit?.file} ${edit?.locator} holds`);
  });

  it('was not where a pin is gone', () => expect(unfinishedPin(promotion, [])).toMatch('no pin'));
});

type Path = readonly (string | number)[];

/** Every fact of a plan but its name. */
function leaves(value: unknown, path: Path = []): readonly { readonly path: Path }[] {
  if (typeof value !== 'object' || value === null) return [{ path }];
  return Object.entries(value)
    .filter(([key]) => path.length > 0 || key !== 'digest')
    .flatMap(([key, below]) => leaves(below, [...path, Array.isArray(value) ? Number(key) : key]));
}

/** The plan with another value at the path, and the name that it has then. */
function changed(plan: Plan, path: Path): Plan {
  const other = structuredClone(plan);
  const last = path.at(-1) ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: the path leads through every type of a plan.
  const holder = path.slice(0, -1).reduce<any>((at, key) => at[key], other);
  holder[last] = typeof holder[last] === 'boolean' ? !holder[last] : `${holder[last]}x`;
  return namePlan(other);
}

/** The plan's pins as they are before it, but for the values given by image. */
function pinned(values: Readonly<Record<string, string>> = {}): readonly ImagePin[] {
  return plan.promotions.flatMap(({ image, edits }) =>
    edits.map(({ file, locator, old }) => pin(image, file, locator, values[image] ?? old)),
  );
}

function pin(image: string, file: string, locator: string, value: string): ImagePin {
  return { image, pin: { file, locator, format: 'helm', line: 1, ...parseReference(value) } };
}

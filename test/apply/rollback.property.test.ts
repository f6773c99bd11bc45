import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPinnedShop, type PinnedShop } from './pinned-shop.ts';

/** What somebody does next; versions are few, so that pins go back and forth. */
type Step =
  | { readonly kind: 'promote'; readonly image: string; readonly version: number }
  | { readonly kind: 'edit'; readonly file: string; readonly version: number }
  | { readonly kind: 'explain'; readonly file: string }
  | { readonly kind: 'roll back'; readonly steps: number };

const image = fc.constantFrom('api', 'web');
const file = fc.constantFrom('qa/api.yaml', 'qa/api-eu.yaml', 'qa/web.yaml');
const version = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('promote' as const), image, version }),
  fc.record({ kind: fc.constant('edit' as const), file, version }),
  fc.record({ kind: fc.constant('explain' as const), file }),
  fc.record({ kind: fc.constant('roll back' as const), steps: fc.integer({ min: 1, max: 2 }) }),
);

describe('whatever was promoted, edited and rolled back before', () => {
  it('the history gives the pins at the head, and asking twice rolls back once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, isSquashed) => {
        const shop = createPinnedShop(isSquashed);
        for (const next of steps) {
          take(shop, next);
          expect(shop.replayed()).toEqual(shop.pinned());
        }
        shop.rollBack(1);
        const once = shop.texts();
        shop.rollBack(1);
        expect(shop.texts()).toEqual(once);
      }),
      { numRuns: 150 },
    );
  });

  it('a promotion that is rolled back stays out, alone, until its hold is released, and then comes whole', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), image, fc.boolean(), (steps, name, isSquashed) => {
        const shop = createPinnedShop(isSquashed);
        for (const next of steps) take(shop, next);
        const others = shop.held().filter(held => !held.startsWith(`${name}@`));
        const before = shop.texts();
        shop.promote(name, 9);
        const after = shop.texts();
        shop.rollBack(1);
        expect(shop.texts()).toEqual(before);
        expect(shop.promote(name, 9)).toBe('closed');
        expect(shop.texts()).toEqual(before);
        shop.lift(name);
        expect(shop.held()).toEqual(others);
        expect(shop.promote(name, 9)).toBe('ready');
        expect(shop.texts()).toEqual(after);
        shop.rollBack(1);
        expect(shop.promote(name, 10)).toBe('ready');
      }),
      { numRuns: 150 },
    );
  });
});

function take(shop: PinnedShop, next: Step): void {
  switch (next.kind) {
    case 'promote':
      shop.promote(next.image, next.version);
      break;
    case 'edit':
      shop.edit(next.file, next.version);
      break;
    case 'explain':
      shop.explain(next.file);
      break;
    case 'roll back':
      shop.rollBack(next.steps);
  }
}

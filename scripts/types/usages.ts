import { createRequire } from 'node:module';

/** What dts-bundle-generator finds out about which declaration names which; the part that is replaced. */
interface Usages {
  readonly nodesParentsMap: ReadonlyMap<object, ReadonlySet<object>>;
  getActualSymbol(symbol: object): object;
  isSymbolUsedBySymbol(symbol: object, by: object): boolean;
}

/**
 * Has dts-bundle-generator walk the users of each declaration once. It walks them anew for each export, which takes
 * eight times as long as all the rest. The answers are the same.
 */
export function walkUsagesOnce(): void {
  const file = 'dts-bundle-generator/dist/types-usage-evaluator.js';
  const { prototype }: { prototype: Usages } = createRequire(import.meta.url)(file).TypesUsageEvaluator;
  const known = new WeakMap<object, ReadonlySet<object>>();
  prototype.isSymbolUsedBySymbol = function (symbol, by) {
    const actual = this.getActualSymbol(symbol);
    const users = known.get(actual) ?? usersOf(actual, this.nodesParentsMap);
    known.set(actual, users);
    return users.has(this.getActualSymbol(by));
  };
}

/** A declaration and all that name it, by way of others too. */
function usersOf(symbol: object, named: Usages['nodesParentsMap']): ReadonlySet<object> {
  const users = new Set([symbol]);
  for (const one of users) for (const user of named.get(one) ?? []) users.add(user);
  return users;
}

import { distinct } from './parts.ts';
import type { Finding } from './report.ts';
import { decisive } from './severity.ts';

/**
 * Each vulnerability of a package once, even if several layers, reports or names show it. If reports differ,
 * the distribution's severity counts, else the highest.
 */
export function joinFindings(findings: readonly Finding[]): readonly Finding[] {
  const byPackage = Map.groupBy(findings, ({ package: { name, version } }) => `${name}\n${version}`);
  return [...byPackage.values()].flatMap(joinAliases);
}

function joinAliases(findings: readonly Finding[]): readonly Finding[] {
  const joined = new Map<string, Finding>();
  for (const finding of findings) {
    const names = [finding.id, ...finding.aliases];
    const known = distinctFindings(names.flatMap(name => joined.get(name) ?? []));
    const whole = known.reduce(join, finding);
    for (const name of [whole.id, ...whole.aliases]) joined.set(name, whole);
  }
  return distinctFindings([...joined.values()]);
}

function distinctFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...new Set(findings)];
}

function join(left: Finding, right: Finding): Finding {
  const names = distinct([left.id, right.id, ...left.aliases, ...right.aliases]);
  const [id = left.id, ...aliases] = names.toSorted(
    (one, other) => Number(other.startsWith('CVE-')) - Number(one.startsWith('CVE-')),
  );
  const fixed = distinct([...left.fixed, ...right.fixed]);
  return {
    id,
    aliases,
    advisories: distinct([...left.advisories, ...right.advisories]),
    package: { ...left.package, purl: left.package.purl ?? right.package.purl },
    fixed,
    fix: [left.fix, right.fix].includes('yes') ? 'yes' : left.fix === right.fix ? left.fix : 'unknown',
    rating: decisive([left.rating, right.rating]),
    isWithdrawn: left.isWithdrawn && right.isWithdrawn,
  };
}

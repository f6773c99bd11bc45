import { parsePath } from '../path.ts';
import type { PinPath } from '../pin.ts';
import { invalidAt, type Spot, type YamlFile } from '../yaml/source.ts';
import { roots } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { select } from './select.ts';

/** A scalar that a rule points at. */
export interface Located {
  readonly rule: PinPath;
  readonly scalar: Spot<YamlScalar>;
}

/** The hint for a rule that does not fit its place. */
export const RULE_HINT = 'correct the path or the kind of the image’s `pins`, or the value';

/** The scalars that a rule's path leads to, in every document. Throws `INVALID` where it leads to anything else. */
export function locate(source: YamlFile, rule: PinPath): readonly Located[] {
  const steps = parsePath(rule.path ?? '');
  return roots(source)
    .filter(({ document }) => rule.document === undefined || rule.document === document)
    .flatMap(root => select(root, steps))
    .map(found => {
      const { node } = found;
      if (node.kind === 'scalar') return { rule, scalar: { ...found, node } };
      const message = `${rule.path} of image ${rule.image} is a ${node.kind}, not a ${rule.kind}`;
      throw invalidAt(found.source, node.start, message, RULE_HINT);
    });
}

import type { Met } from '../plan/init/met.ts';
import type { Proposal } from '../plan/init/proposal.ts';
import { counted } from './counts.ts';
import { type Block, heading, phrase, type Report } from './document.ts';
import { additionItems, environmentJson, leftItems, metItems } from './init.ts';
import type { init } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** The entries that `promote init` adds to an environments file, and the next commands. */
export interface InitAgainView {
  readonly proposal: Proposal;
  /** Objects of other tools in the repository. */
  readonly met: readonly Met[];
  readonly adds: readonly string[];
  readonly byHand: readonly string[];
  readonly doubts: readonly string[];
  readonly writes: readonly string[];
  readonly next: readonly string[];
}

/** Reports what is added to an environments file, what to add by hand, and files without an environment. */
export function initAgainReport({
  proposal,
  met,
  adds,
  byHand,
  doubts,
  writes,
  next,
}: InitAgainView): Report {
  const { environments, additions, left } = proposal;
  const items = [
    ...adds.map(what => [phrase('adds'), phrase(what, 'good')]),
    ...byHand.map(what => [phrase('add by hand:', 'wait'), phrase(what)]),
    ...doubts.map(text => [phrase('look at this:', 'wait'), phrase(text)]),
    ...additionItems(additions),
    ...metItems(met),
    ...leftItems(left),
    ...writes.map(file => [phrase('writes'), phrase(file)]),
    ...next.map(command => [phrase('next:'), phrase(command)]),
  ];
  const count = adds.length + byHand.length + additions.size;
  const what = count === 0 ? phrase('nothing to add') : phrase(counted(count, 'addition'), 'good');
  const blocks: readonly Block[] = [heading(phrase('environments.yaml'), what), { kind: 'items', items }];
  return {
    blocks,
    json: {
      environments: environments.map(environmentJson),
      additions: Object.fromEntries(additions),
      left,
      met,
      doubts,
      writes,
      next,
      adds,
      byHand,
    } satisfies Json<typeof init>,
  };
}

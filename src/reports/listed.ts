import type { Environment, Environments } from '../environments/environments.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { commandOn } from '../plan/invocation.ts';
import { counted } from './counts.ts';
import { type Block, line, phrase } from './document.ts';

/** Says what a plan by tags and lists does not show of promoted images. */
export function listedBlocks(result: {
  readonly environments: Pick<Environments, 'file'>;
  readonly environment: Environment;
  readonly groups: readonly GroupDecision[];
  readonly byListing?: boolean | undefined;
}): readonly Block[] {
  const { environments, environment, groups, byListing } = result;
  const count = groups.flatMap(({ judged }) => judged).filter(({ isComplete }) => isComplete).length;
  if (byListing !== true || count === 0) return [];
  const isSigned = environment.signing !== undefined;
  const by = isSigned ? 'by tags and lists of evidence alone' : 'by tags alone';
  const more = isSigned ? 'verifies signatures and records, and looks' : 'looks';
  const command = commandOn(environments, 'plan', environment.name, '--verify');
  return [
    line(
      phrase(`${counted(count, 'promoted image')} compared ${by}`, 'quiet'),
      phrase(`(${command} ${more} for newer evidence)`, 'quiet'),
    ),
  ];
}

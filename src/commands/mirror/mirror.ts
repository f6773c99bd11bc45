import { closest } from '../../environments/diagnostics/suggest.ts';
import type { Environments } from '../../environments/environments.ts';
import type { Mirror } from '../../environments/mirrors.ts';
import { PromoteError } from '../../errors.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import type { MirrorRun } from '../../reports/mirror.ts';
import type { Effects } from '../../run/effects.ts';
import { createQuestions } from '../refresh/questions.ts';
import { inParallel } from '../refresh/refresh-run.ts';
import { carryMirror } from './carry.ts';
import { lookAtMirror } from './look.ts';
import { proposeMirrored } from './propose.ts';

/** The caller's request. */
export interface MirrorRequest {
  /** The mirrors' names; none: all. */
  readonly names: readonly string[];
  readonly evidence: EvidenceChoice;
  /** Whether images, branches and pull requests are written; otherwise the result only says what would be. */
  readonly writes: boolean;
}

/**
 * Brings mirrors up to date. All of them are looked at before anything is written. Then come the images with
 * their evidence, and at last the pull requests that let files name them.
 */
export async function mirrorImages(
  effects: Effects,
  environments: Environments,
  { names, evidence, writes }: MirrorRequest,
): Promise<MirrorRun> {
  const mirrors = mirrorsNamed(environments, names);
  const looking = { effects, questions: createQuestions(effects), evidence };
  const looked = await inParallel(mirrors, mirror => lookAtMirror(looking, mirror));
  const carried = writes ? await inParallel(looked, result => carryMirror(looking, result)) : looked;
  const pins = await proposeMirrored(effects, environments, carried, {
    writes,
    isWhole: names.length === 0,
  });
  return { mirrors: carried, pins, isPlan: !writes };
}

/** The mirrors of these names, or all. Throws `CONFIGURATION` if there is none, `USAGE` for an unknown name. */
function mirrorsNamed({ mirrors = [] }: Environments, names: readonly string[]): readonly Mirror[] {
  if (mirrors.length === 0) {
    throw new PromoteError('CONFIGURATION', 'mirror: the environments file has no `mirrors`', {
      hint: 'add an entry with `name`, `from`, `to` and `tags` under `mirrors`',
    });
  }
  const known = mirrors.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = closest(name, known);
    throw new PromoteError('USAGE', `mirror: no mirror is named ${JSON.stringify(name)}`, {
      hint: `${meant === undefined ? '' : `did you mean ${meant}? `}mirrors: ${known.join(', ')}`,
    });
  }
  return names.length === 0 ? mirrors : mirrors.filter(({ name }) => names.includes(name));
}

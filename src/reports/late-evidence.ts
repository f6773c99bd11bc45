import type { PromoteError } from '../errors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { counted } from './counts.ts';
import { type Block, type Phrase, phrase } from './document.ts';
import { errorJson, failureItem } from './failure.ts';
import type { Json } from './schemas/parts.ts';
import type { lateEvidence } from './schemas/promotions.ts';

/**
 * Evidence that came to an image's source after its promotion, and what became of it. `due`: `apply` copies
 * it. `withheld`: a hold, stop or freeze keeps it back. `unknown`: the source could not be asked.
 */
export type LateOutcome = {
  readonly image: string;
  readonly source: RepositoryName;
  readonly target: RepositoryName;
  readonly digest: Digest;
} & (
  | { readonly kind: 'due' | 'copied'; readonly pieces: number }
  | { readonly kind: 'withheld'; readonly pieces: number; readonly reason: string }
  | { readonly kind: 'unknown' | 'failed'; readonly error: PromoteError }
);

/** One line for each target with late evidence. */
export function lateEvidenceBlocks(outcomes: readonly LateOutcome[]): readonly Block[] {
  return outcomes.length === 0 ? [] : [{ kind: 'items', items: outcomes.flatMap(outcomeItems) }];
}

const STATES: Partial<Record<LateOutcome['kind'], LateState>> = {
  due: 'ready',
  copied: 'done',
  failed: 'failed',
};

type LateState = 'ready' | 'done' | 'failed';

/** The states of images of which only evidence is copied. A failure counts before all else. */
export function lateStates(outcomes: readonly LateOutcome[]): ReadonlyMap<string, LateState> {
  const found = outcomes.flatMap(({ image, kind }) => {
    const state = STATES[kind];
    return state === undefined ? [] : [[image, state] as const];
  });
  return new Map([...found, ...found.filter(([, state]) => state === 'failed')]);
}

/** The state of a group, or of its images' evidence if nothing else is to be done. */
export function stateWithLate<State extends string>(
  state: State,
  judged: readonly { readonly image: string }[],
  late: ReadonlyMap<string, LateState>,
): State | LateState {
  if (state !== 'nothing') return state;
  const states = judged.flatMap(({ image }) => late.get(image) ?? []);
  return states.includes('failed') ? 'failed' : (states[0] ?? state);
}

function outcomeItems(outcome: LateOutcome): readonly (readonly Phrase[])[] {
  const { image, source, target, digest } = outcome;
  const place = `from ${source} to ${target}@${shortDigest(digest)}`;
  switch (outcome.kind) {
    case 'due':
      return [[phrase(image), phrase(`apply copies ${newer(outcome.pieces)}`, 'wait'), phrase(place)]];
    case 'copied':
      return [[phrase(image), phrase(`copied ${newer(outcome.pieces)}`, 'good'), phrase(place)]];
    case 'withheld':
      return [
        [
          phrase(image),
          phrase(`${newer(outcome.pieces)} kept back:`, 'wait'),
          phrase(`${outcome.reason} (${place})`),
        ],
      ];
    case 'unknown':
      return [
        [
          phrase(image),
          phrase(`whether ${source} has newer evidence is not known:`, 'wait'),
          phrase(outcome.error.message),
        ],
      ];
    case 'failed':
      return [
        [phrase(image), phrase(`newer evidence not copied`, 'bad'), phrase(place)],
        failureItem(outcome.error, '  '),
      ];
  }
}

function newer(pieces: number): string {
  return `${counted(pieces, 'piece')} of newer evidence`;
}

/** Late evidence, for programs. */
export function lateEvidenceJson(outcomes: readonly LateOutcome[]) {
  return outcomes.map(outcome => {
    const { image, source, target, digest, kind } = outcome;
    return {
      image,
      source,
      target,
      digest,
      state: kind,
      pieces: 'pieces' in outcome ? outcome.pieces : null,
      reason: 'reason' in outcome ? outcome.reason : null,
      error: 'error' in outcome ? errorJson(outcome.error) : null,
    };
  }) satisfies Json<typeof lateEvidence>;
}

import { line, type Phrase, phrase, type Report } from './document.ts';
import type { PinsResult } from './pins.ts';
import { doneState, pinsItem } from './pins.ts';
import type { holds } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** A change to an environment's holds, and its commit or pull request. */
export interface HoldsResult {
  readonly environment: string;
  readonly image: string;
  /** `held api 0123… out of production` */
  readonly summary: string;
  readonly pins: PinsResult;
}

/** One line with what was changed and where, or that nothing had to be changed. */
export function holdsReport({ environment, image, summary, pins }: HoldsResult): Report {
  const [, ...where] = pinsItem(pins);
  return {
    blocks: [line(...words())],
    json: { environment, image, ...pins } satisfies Json<(typeof holds)[number]>,
  };

  function words(): readonly Phrase[] {
    switch (pins.kind) {
      case 'unchanged':
        return [phrase(`${summary}: nothing to do`, 'quiet')];
      case 'closed':
        return [phrase(`${summary}: nothing to do; what proposed the opposite is closed`), ...where];
      default:
        return [phrase(summary, doneState(pins) === 'done' ? 'good' : 'wait'), ...branchOf(pins), ...where];
    }
  }
}

function branchOf(pins: PinsResult): readonly Phrase[] {
  return 'branch' in pins ? [phrase(`on ${pins.branch}`)] : [];
}

import type { PinsResult } from './apply.ts';
import { line, type Phrase, phrase, type Report } from './document.ts';
import { doneState, pinsItem } from './pins.ts';

/** A change to what is held out of an environment, and where it went. */
export interface HoldsResult {
  readonly environment: string;
  readonly image: string;
  /** `held api 0123… out of production` */
  readonly summary: string;
  readonly pins: PinsResult;
}

/** One line: what was changed and where, or that it was so already. */
export function holdsReport({ environment, image, summary, pins }: HoldsResult): Report {
  const [, ...where] = pinsItem(pins);
  const words =
    pins.kind === 'unchanged'
      ? [phrase(`${summary}: so already`, 'quiet')]
      : [phrase(summary, doneState(pins) === 'done' ? 'good' : 'wait'), ...branchOf(pins), ...where];
  return { blocks: [line(...words)], json: { environment, image, ...pins } };
}

function branchOf(pins: PinsResult): readonly Phrase[] {
  return 'branch' in pins ? [phrase(`on ${pins.branch}`)] : [];
}

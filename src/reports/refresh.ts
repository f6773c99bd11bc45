import { shortName } from '../environments/refresh.ts';
import type { ImageFacts } from '../plan/refresh/image-facts.ts';
import type { LeftReference, RefreshGroup } from '../plan/refresh/refresh-plan.ts';
import type { ImageUpdate } from '../plan/refresh/resolution.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { imageBlocks, imageJson } from './refresh-images.ts';

/**
 * What became of a group. `held`: its pull request is open and right; `declined`: a person closed one for these very
 * images; `foreign`: somebody's commits on the branch are not overwritten; `postponed`: as many are open as may be;
 * `moved`: a branch moved meanwhile, so that the next run does it; `planned`: nothing was to be written.
 */
export interface RefreshOutcome {
  readonly kind: 'opened' | 'updated' | 'held' | 'declined' | 'foreign' | 'postponed' | 'moved' | 'planned';
  readonly branch: string;
  readonly url?: string;
}

/** An image that is moved to, what was read of it, and where it is named. */
export interface RefreshedImage {
  readonly update: ImageUpdate;
  readonly before?: ImageFacts;
  readonly after?: ImageFacts;
  /** `Dockerfile:3`. */
  readonly places: readonly string[];
}

/** One group of one repository. */
export interface GroupRefresh {
  readonly group: RefreshGroup;
  readonly outcome: RefreshOutcome;
  readonly images: readonly RefreshedImage[];
}

/** What a refresh did in one Git repository. */
export interface RefreshResult {
  readonly repository: string;
  readonly commit: string;
  readonly groups: readonly GroupRefresh[];
  readonly left: readonly LeftReference[];
  /** How many references name already what they shall. */
  readonly current: number;
}

/** Says which images move where, and why others stay. */
export function refreshReport(results: readonly RefreshResult[]): Report {
  return { blocks: results.flatMap(resultBlocks), json: { repositories: results.map(resultJson) } };
}

const TONES = {
  opened: 'good',
  updated: 'good',
  planned: 'good',
  held: 'wait',
  postponed: 'wait',
  moved: 'wait',
  declined: 'quiet',
  foreign: 'bad',
} satisfies Record<RefreshOutcome['kind'], Tone>;

function resultBlocks({ repository, groups, left, current }: RefreshResult): readonly Block[] {
  // What is no image at all needs no mention.
  const told = left.filter(({ why }) => why !== 'internal');
  const images = new Set(groups.flatMap(({ group }) => group.members)).size;
  return [
    heading(phrase(`refresh of ${repository}`)),
    line(phrase(`${images} to move, ${current} current, ${told.length} left alone`)),
    ...groups.flatMap(groupBlocks),
    ...(told.length === 0 ? [] : [{ kind: 'items' as const, items: told.map(leftItem) }]),
  ];
}

function groupBlocks({ group, outcome, images }: GroupRefresh): readonly Block[] {
  const { kind, branch, url } = outcome;
  return [
    line(phrase(group.name), phrase(kind, TONES[kind]), phrase(url ?? branch, 'quiet')),
    ...imageBlocks(images),
  ];
}

function leftItem({ file, line, written, why, reason }: LeftReference): readonly Phrase[] {
  const tone = why === 'failed' || why === 'unreadable' ? 'bad' : why === 'waiting' ? 'wait' : 'quiet';
  return [phrase(`${file}:${line}`), phrase(written), phrase(why, tone), phrase(reason, 'quiet')];
}

function resultJson({ repository, commit, groups, left, current }: RefreshResult) {
  return {
    repository,
    commit,
    current,
    left,
    groups: groups.map(({ group, outcome, images }) => ({
      name: group.name,
      plan: group.plan.digest,
      outcome,
      images: images.map(image => ({ image: shortName(image.update.repository), ...imageJson(image) })),
    })),
  };
}

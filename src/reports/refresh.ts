import { shortName } from '../environments/refresh.ts';
import type { LeftReference, RefreshGroup } from '../plan/refresh/refresh-plan.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { imageBlocks, imageJson, type RefreshedImage } from './refresh-images.ts';
import type { refresh } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/**
 * The outcome for a group. `held`: its pull request is open and up to date, or could not be fully checked
 * this time. `declined`: a person closed one for the same images. `foreign`: others' commits on the branch
 * are not overwritten. `postponed`: too many pull requests are open, or a registry limits requests. `moved`:
 * a branch moved meanwhile, so the next run does it. `merged`: the forge merged it, as configured. `failed`:
 * the forge or a registry refused. `planned`: the run was not allowed to write.
 */
export interface RefreshOutcome {
  readonly kind:
    | 'opened'
    | 'updated'
    | 'held'
    | 'declined'
    | 'foreign'
    | 'postponed'
    | 'moved'
    | 'merged'
    | 'failed'
    | 'planned';
  readonly branch: string;
  readonly url?: string;
  /** The reason why it is postponed, waits, failed or is not merged yet. */
  readonly reason?: string;
}

/** A pull request without anything left to do; `planned`: it would be closed. */
export interface ClosedRefresh {
  readonly kind: 'closed' | 'planned';
  readonly branch: string;
  readonly url: string;
}

/** One group of one repository. */
export interface GroupRefresh {
  readonly group: RefreshGroup;
  readonly outcome: RefreshOutcome;
  readonly images: readonly RefreshedImage[];
}

/** The result of a refresh in one Git repository. */
export interface RefreshResult {
  readonly repository: string;
  readonly commit: string;
  readonly groups: readonly GroupRefresh[];
  readonly closed: readonly ClosedRefresh[];
  readonly left: readonly LeftReference[];
  /** The number of references that are up to date. */
  readonly current: number;
}

/** Reports which images are updated, and why others are not. */
export function refreshReport(results: readonly RefreshResult[], title = 'refresh of'): Report {
  return {
    blocks: results.flatMap(result => resultBlocks(result, title)),
    json: { repositories: results.map(resultJson) } satisfies Json<typeof refresh>,
  };
}

/** The failures of registries and of the forge, one line each. */
export function failedTexts(results: readonly RefreshResult[]): readonly string[] {
  return results.flatMap(({ groups, left }) => [
    ...left.flatMap(({ why, file, line, reason }) => (why === 'failed' ? `${file}:${line}: ${reason}` : [])),
    ...groups.flatMap(({ group, outcome: { kind, reason = '' } }) =>
      kind === 'failed' ? `${group.name}: ${reason}` : [],
    ),
  ]);
}

/** Whether anything was written. */
export function hasChanged(results: readonly RefreshResult[]): boolean {
  const kinds: readonly RefreshOutcome['kind'][] = ['opened', 'updated', 'merged'];
  return results.some(
    ({ groups, closed }) =>
      closed.some(({ kind }) => kind === 'closed') ||
      groups.some(({ outcome }) => kinds.includes(outcome.kind)),
  );
}

/** The open pull requests that this run handled. */
export function openUrls(results: readonly RefreshResult[]): readonly string[] {
  const ended: readonly RefreshOutcome['kind'][] = ['declined', 'merged'];
  return results.flatMap(({ groups }) =>
    groups.flatMap(({ outcome: { kind, url } }) => (ended.includes(kind) ? [] : (url ?? []))),
  );
}

const BAD: readonly LeftReference['why'][] = ['failed', 'unreadable', 'unsigned'];

const TONES = {
  opened: 'good',
  updated: 'good',
  planned: 'good',
  held: 'wait',
  postponed: 'wait',
  moved: 'wait',
  declined: 'quiet',
  merged: 'good',
  foreign: 'bad',
  failed: 'bad',
} satisfies Record<RefreshOutcome['kind'], Tone>;

/** Outcomes whose names do not speak for themselves. */
const WORDS: Partial<Record<RefreshOutcome['kind'], string>> = {
  held: 'open already',
  foreign: 'not overwritten: others committed to',
};

function resultBlocks(
  { repository, groups, closed, left, current }: RefreshResult,
  title: string,
): readonly Block[] {
  // References that are not images are not listed.
  const listed = left.filter(({ why }) => why !== 'internal');
  const images = new Set(groups.flatMap(({ group }) => group.members)).size;
  return [
    heading(phrase(`${title} ${repository}`)),
    line(phrase(`${images} to move, ${current} current, ${listed.length} left alone`)),
    ...groups.flatMap(groupBlocks),
    ...closed.map(closedLine),
    ...(listed.length === 0
      ? []
      : [line(phrase('left alone')), { kind: 'table' as const, head: LEFT_HEAD, rows: listed.map(leftRow) }]),
  ];
}

function groupBlocks({ group, outcome, images }: GroupRefresh): readonly Block[] {
  const { kind, branch, url, reason } = outcome;
  const more = reason === undefined ? [] : [phrase(reason)];
  return [
    line(
      phrase(group.name),
      phrase(WORDS[kind] ?? kind, TONES[kind]),
      phrase(url ?? branch, 'quiet'),
      ...more,
    ),
    ...imageBlocks(images),
  ];
}

function closedLine({ kind, url }: ClosedRefresh): Block {
  const what = kind === 'closed' ? 'closed' : 'to be closed';
  return line(phrase(what, 'good'), phrase(url, 'quiet'), phrase('nothing is left to refresh there'));
}

const LEFT_HEAD = ['place', 'image', 'why', 'reason'];

function leftRow({ file, line, written, why, reason }: LeftReference): readonly Phrase[] {
  const tone = BAD.includes(why) ? 'bad' : why === 'waiting' ? 'wait' : 'quiet';
  const image = written.replace(/@sha\d+:([0-9a-f]{12})[0-9a-f]*$/, ' $1');
  return [phrase(`${file}:${line}`), phrase(image), phrase(why, tone), phrase(reason, 'quiet')];
}

function resultJson({ repository, commit, groups, closed, left, current }: RefreshResult) {
  return {
    repository,
    commit,
    current,
    left,
    closed,
    groups: groups.map(({ group, outcome, images }) => ({
      name: group.name,
      plan: group.plan.digest,
      outcome,
      images: images.map(image => ({ image: shortName(image.update.repository), ...imageJson(image) })),
    })),
  };
}

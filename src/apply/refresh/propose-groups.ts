import type { Refresh } from '../../environments/refresh.ts';
import { shortName } from '../../environments/refresh.ts';
import type { PullRequestContent } from '../../forges/pull-requests.ts';
import { distinctUpdates, refreshSubject } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { neutralise } from '../../reports/neutralise.ts';
import type { GroupRefresh, RefreshedImage, RefreshOutcome } from '../../reports/refresh.ts';
import { refreshBody } from '../../reports/refresh-images.ts';
import { describeImages } from './describe-images.ts';
import { imagesMark, type Proposing, proposeRefresh, type Standing, standingOf } from './propose-refresh.ts';
import type { Questions } from './questions.ts';

/**
 * Brings each group's pull request to its state: open ones are updated, and new ones opened as far as the limit goes.
 * Where nothing shall be written it is only said what would be.
 */
export async function proposeGroups(
  proposing: Proposing,
  groups: readonly RefreshGroup[],
  {
    refresh,
    questions,
    writes,
  }: {
    readonly refresh: Refresh;
    readonly questions: Questions;
    readonly writes: boolean;
  },
): Promise<readonly GroupRefresh[]> {
  const standings: (readonly [RefreshGroup, Standing])[] = [];
  for (const group of groups) standings.push([group, await standingOf(proposing, group)]);
  const open = standings.filter(([, { state }]) => ['held', 'outdated', 'foreign'].includes(state)).length;
  const due = standings
    .filter(([, { state }]) => state === 'due')
    .slice(0, Math.max(0, refresh.limit - open));

  const done: GroupRefresh[] = [];
  for (const [group, standing] of standings) {
    const isNew = standing.state === 'outdated' || due.some(([other]) => other === group);
    const images = await describeImages(questions, group, isNew);
    const outcome =
      isNew && writes
        ? await proposeRefresh(proposing, group, standing, content(refresh, group, images))
        : left(standing, isNew);
    done.push({ group, images, outcome });
  }
  return done;
}

function left({ state, branch, pullRequest }: Standing, isNew: boolean): RefreshOutcome {
  const kind = isNew || state === 'outdated' ? 'planned' : state === 'due' ? 'postponed' : state;
  return { kind, branch, ...(pullRequest === undefined ? {} : { url: pullRequest.url }) };
}

function content(
  { pullRequest }: Refresh,
  group: RefreshGroup,
  images: readonly RefreshedImage[],
): PullRequestContent {
  const { title, ...settings } = pullRequest;
  const body = `${imagesMark(group)}\n${refreshBody(group, images)}`;
  return { ...settings, title: fill(title, group), body };
}

const LONGEST_TITLE = 200;

function fill(template: string, { name, members }: RefreshGroup): string {
  const updates = distinctUpdates(members.map(({ update }) => update));
  const values: Readonly<Record<string, string>> = {
    environment: 'refresh',
    group: name,
    images: [...new Set(updates.map(({ repository }) => shortName(repository)))].join(', '),
    summary: refreshSubject(name, updates),
  };
  const title = template.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '');
  return neutralise(title).slice(0, LONGEST_TITLE);
}

import { line, phrase } from '../document.ts';
import { markdown } from '../markdown.ts';
import { surveyBlocks } from './report.ts';
import { isHealthy, isWhole, type SurveyedEnvironment } from './survey.ts';

/** The label and mark that identify the issue. */
export const ISSUE_LABEL = 'promote-vulnerabilities';
export const ISSUE_MARK = '<!-- kept by promote vulnerabilities -->';

/** The most characters, below GitHub's 65,536. */
const LONGEST = 60_000;

/** How many images, and vulnerabilities of each, are shown. Later entries show less, until it fits. */
const SHORTER = [
  { images: Number.POSITIVE_INFINITY, most: 100 },
  { images: Number.POSITIVE_INFINITY, most: 10 },
  { images: 100, most: 5 },
  { images: 50, most: 0 },
  { images: 10, most: 0 },
] as const;

/**
 * The issue of a deployment repository. The same facts give the same text. It is open if a vulnerability is
 * open, or if something is not scanned or not known.
 */
export function issueContent(environments: readonly SurveyedEnvironment[]) {
  const isOpen = !(isWhole({ environments }) && isHealthy({ environments }));
  const intro = isOpen
    ? '`promote vulnerabilities --open-issue` writes this text anew; comment below it. It closes the issue once nothing is open and all is scanned.'
    : 'Nothing is open, and all that runs is scanned. `promote vulnerabilities --open-issue` opens this issue again where that changes.';
  const bodies = SHORTER.values().map(shown => bodyOf(intro, environments, shown));
  const body = bodies.find(text => text.length <= LONGEST) ?? `${ISSUE_MARK}\n${intro}\n\n${TOO_LONG}`;
  return { title: 'Vulnerabilities in what runs', body, isOpen };
}

const TOO_LONG = 'There is more than an issue holds: run `promote vulnerabilities`.';

function bodyOf(
  intro: string,
  environments: readonly SurveyedEnvironment[],
  { images, most }: (typeof SHORTER)[number],
): string {
  const blocks = surveyBlocks(environments, { isLasting: true, most, mostImages: images });
  const isCut = images !== Number.POSITIVE_INFINITY;
  const end = isCut ? [line(phrase('promote vulnerabilities prints all of it.', 'quiet'))] : [];
  return [ISSUE_MARK, intro, '', markdown([...blocks, ...end])].join('\n');
}

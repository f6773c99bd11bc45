import { describe, expect, it } from 'vitest';
import { issuePlaces, keepIssues } from '../../src/commands/vulnerabilities/keep-issue.ts';
import { PromoteError } from '../../src/errors.ts';
import { chosenIssue, type Issue, type Issues, isSaid } from '../../src/forges/issues.ts';
import type { Visibility } from '../../src/forges/visibility.ts';
import { issueContent } from '../../src/reports/vulnerabilities/issue.ts';
import type {
  SurveyedEnvironment,
  SurveyedFinding,
  SurveyedImage,
} from '../../src/reports/vulnerabilities/survey.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const finding = (id: string): SurveyedFinding => ({
  id,
  aliases: [],
  advisories: [],
  package: { name: 'libssl3', version: '3.0.1' },
  fixed: ['3.0.2'],
  fix: 'yes',
  rating: { severity: 'critical' } as SurveyedFinding['rating'],
  isWithdrawn: false,
  isExploited: false,
  isOver: true,
  in: [],
});

function image(name: string, more: Partial<SurveyedImage> = {}): SurveyedImage {
  return {
    image: name,
    digest: digestNamed(name),
    tag: '1.0.0',
    places: [],
    state: 'scanned',
    gaps: [],
    scanners: [{ scanner: 'trivy', time: new Date('2026-11-20T10:00:00Z') }],
    findings: [],
    ended: [],
    cures: [],
    ...more,
  };
}

function surveyed(
  images: readonly SurveyedImage[],
  failures: readonly PromoteError[] = [],
): SurveyedEnvironment {
  return { name: 'qa', max: 'low', knowsExploited: true, images, failures };
}

function memory(visibility: Visibility = { kind: 'private' }) {
  const kept: Issue[] = [];
  let writes = 0;
  const issues: Issues = {
    visibility: async () => visibility,
    find: async (_, mark) => chosenIssue(kept.filter(({ body }) => body.includes(mark))),
    open: async (_, content) => {
      writes += 1;
      const made = { ...content, number: kept.length + 1, url: 'https://forge.example/1' };
      kept.push(made);
      return made;
    },
    update: async (issue, content) => {
      if (isSaid(issue, content)) return false;
      writes += 1;
      kept[issue.number - 1] = { ...issue, ...content };
      return true;
    },
  };
  const close = (number: number) => {
    const found = kept[number - 1];
    if (found !== undefined) kept[number - 1] = { ...found, isOpen: false };
  };
  return { issues, kept, close, writes: () => writes };
}

const SICK = surveyed([image('api', { findings: [finding('CVE-2026-0001')] })]);
const HEALTHY = surveyed([image('api')]);
const SILENT = [new PromoteError('UNREACHABLE', 'no route to the host')];

describe('the issue of a deployment repository', () => {
  it('is opened, kept, closed and opened again, and written only where something is new', async () => {
    const { issues, kept, close, writes } = memory();
    const places = [{ repository: 'gitops', issues, environments: new Set(['qa']) }];
    const keep = async (found: SurveyedEnvironment) => {
      const before = writes();
      const [one] = await keepIssues(places, { environments: [found] });
      return [one?.outcome, writes() - before];
    };
    expect(await keep(HEALTHY)).toEqual(['none', 0]);
    expect(await keep(SICK)).toEqual(['opened', 1]);
    expect(await keep(SICK)).toEqual(['unchanged', 0]);
    const tomorrow = [{ scanner: 'trivy', time: new Date('2026-11-21T10:00:00Z') }];
    const [again] = SICK.images;
    expect(await keep(surveyed(again === undefined ? [] : [{ ...again, scanners: tomorrow }]))).toEqual([
      'unchanged',
      0,
    ]);
    const worse = image('api', { findings: [finding('CVE-2026-0001'), finding('CVE-2026-0002')] });
    expect(await keep(surveyed([worse]))).toEqual(['updated', 1]);
    expect(await keep(HEALTHY)).toEqual(['closed', 1]);
    expect(await keep(HEALTHY)).toEqual(['unchanged', 0]);
    expect(await keep(SICK)).toEqual(['reopened', 1]);
    close(1);
    expect(await keep(SICK)).toEqual(['reopened', 1]);
    expect(kept).toHaveLength(1);
  });

  it.each<[string, SurveyedEnvironment, boolean]>([
    ['nothing is open, and all is scanned', HEALTHY, false],
    ['something is open', SICK, true],
    ['an image is not scanned', surveyed([image('api', { state: 'unscanned', gaps: ['no report'] })]), true],
    ['a file cannot be read', surveyed([image('api')], [new PromoteError('INVALID', 'qa/x.yaml')]), true],
  ])('where %s', (_, found, isOpen) => expect(issueContent([found]).isOpen).toBe(isOpen));

  it('stays as it was where something did not answer, so that an outage closes and hides nothing', async () => {
    const { issues, writes } = memory();
    const places = [{ repository: 'gitops', issues, environments: new Set(['qa']) }];
    await keepIssues(places, { environments: [SICK] });
    const after = await keepIssues(places, { environments: [surveyed([], SILENT)] });
    expect([after, writes()]).toEqual([[{ repository: 'gitops', outcome: 'left' }], 1]);
  });

  it('fits into what a forge takes, says what it left out, and mentions nobody', () => {
    const many = Array.from({ length: 200 }, (_, index) => finding(`CVE-2026-${index}`));
    const images = Array.from({ length: 500 }, (_, index) => image(`image-${index}`, { findings: many }));
    const { body } = issueContent([surveyed(images)]);
    expect(body.length).toBeLessThan(60_000);
    expect(body).toMatch(/and \d+ more images/);
    const [first] = many;
    const named = first && { ...first, package: { name: '@alice', version: '1' } };
    expect(issueContent([surveyed([image('api', { findings: named ? [named] : [] })])]).body).not.toContain(
      '@alice',
    );
  });

  it.each<[string, Visibility, boolean, string | undefined]>([
    ['a private one', { kind: 'private' }, false, undefined],
    ['a public one', { kind: 'public', what: 'gitops is public' }, false, 'everybody may read'],
    ['one of which nobody knows', { kind: 'unknown', why: 'nobody says', hint: 'ask' }, false, 'nobody says'],
    ['a public one, with --public', { kind: 'public', what: 'gitops is public' }, true, undefined],
  ])('is refused where everybody might read it: %s', async (_, visibility, isAllowed, refusal) => {
    const { issues } = memory(visibility);
    const effects = { issues: async () => issues, repository: async () => ({ name: 'gitops' }) as never };
    const places = issuePlaces(effects, environments(environment()), isAllowed);
    if (refusal === undefined) expect(await places).toMatchObject([{ repository: 'gitops' }]);
    else
      await expect(places).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining(refusal),
        hint: expect.stringContaining('--public'),
      });
  });

  it('is refused where no forge is known', async () => {
    const effects = { issues: async () => undefined, repository: async () => ({ name: 'gitops' }) as never };
    await expect(issuePlaces(effects, environments(environment()), false)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

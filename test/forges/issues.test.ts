import { describe, expect, it } from 'vitest';
import type { Issues } from '../../src/forges/issues.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

const LABEL = 'promote-vulnerabilities';
const MARK = '<!-- kept -->';
const CONTENT = { title: 'Vulnerabilities', body: `${MARK}\n1 open`, isOpen: true };

interface Place {
  readonly issues: Issues;
  readonly calls: () => readonly string[];
  readonly settings: { dropsLabels: boolean };
  /** What others have there: one without our label or mark, and one with it that is no issue. */
  readonly addOthers: () => void;
  /** A text as a person's editor leaves it. */
  readonly touch: () => void;
  readonly turnOff: () => void;
}

const PLACES: readonly (readonly [string, () => Promise<Place>])[] = [
  [
    'GitHub',
    async () => {
      const server = await github.useGitHub();
      const { issues, settings } = server.world;
      const labels = [{ name: LABEL }];
      return {
        issues: github.openForge(server).issues,
        calls: () => server.calls(),
        settings,
        addOthers: () => {
          issues.push({ number: 1, title: 'x', body: MARK, state: 'open', labels, pull_request: {} });
          issues.push({ number: 2, title: 'y', body: null, state: 'open', labels });
          issues.push({ number: 3, title: 'z', body: MARK, state: 'open', labels: [] });
        },
        touch: () => {
          const [one] = issues.slice(-1);
          Object.assign(one ?? {}, { body: String(one?.body).replaceAll('\n', '\r\n') });
        },
        turnOff: () => {
          settings.hasIssues = false;
        },
      };
    },
  ],
  [
    'GitLab',
    async () => {
      const server = await gitlab.useGitLab();
      const { issues, settings } = server.world;
      const web_url = 'https://gitlab.example';
      return {
        issues: gitlab.openForge(server).issues,
        calls: () => server.calls(),
        settings,
        addOthers: () => {
          issues.push({ iid: 90, web_url, title: 'y', description: '', state: 'opened', labels: [LABEL] });
          issues.push({ iid: 91, web_url, title: 'z', description: MARK, state: 'opened', labels: [] });
        },
        touch: () => {
          const [one] = issues.slice(-1);
          if (one !== undefined) one.description = one.description.replaceAll('\n', '\r\n');
        },
        turnOff: () => {
          settings.issues = 'disabled';
        },
      };
    },
  ],
];

describe.each(PLACES)('issues on %s', (_, open) => {
  it('are found by label and mark, and written only where they differ', async () => {
    const { issues, addOthers, calls, touch } = await open();
    addOthers();
    expect(await issues.find(LABEL, MARK)).toBeUndefined();
    const made = await issues.open(LABEL, CONTENT);
    touch();
    const found = await issues.find(LABEL, MARK);
    expect(found).toMatchObject({ number: made.number, url: made.url, title: CONTENT.title, isOpen: true });
    if (found === undefined) return;
    calls();
    expect(await issues.update(found, CONTENT)).toBe(false);
    expect(calls()).toEqual([]);
    expect(await issues.update(found, { ...CONTENT, isOpen: false })).toBe(true);
    expect(await issues.find(LABEL, MARK)).toMatchObject({ number: made.number, isOpen: false });
    const again = { ...CONTENT, body: `${MARK}\n2 open` };
    expect(await issues.update({ ...found, isOpen: false }, again)).toBe(true);
    expect(await issues.find(LABEL, MARK)).toMatchObject({ body: again.body, isOpen: true });
  });

  it('are not opened without the label in silence', async () => {
    const { issues, settings } = await open();
    settings.dropsLabels = true;
    await expect(issues.open(LABEL, CONTENT)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining(LABEL),
    });
  });

  it('that are turned off are told before anything is written', async () => {
    const { issues, turnOff } = await open();
    turnOff();
    await expect(issues.visibility()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('turned off'),
    });
  });
});

it.each<[string, object, string]>([
  ['a private one', {}, 'private'],
  ['a public one', { isPublic: true }, 'public'],
  ['a private one whose site everybody sees', { site: 'everybody' }, 'private'],
])('who reads issues of GitHub: %s', async (_, settings, kind) => {
  const server = await github.useGitHub();
  Object.assign(server.world.settings, settings);
  expect(await github.openForge(server).issues.visibility()).toMatchObject({ kind });
});

it.each<[string, object, string]>([
  ['a private one', {}, 'private'],
  ['a public one', { visibility: 'public' }, 'public'],
  ['a public one whose issues are private', { visibility: 'public', issues: 'private' }, 'private'],
  ['one that GitLab hides', { visibility: undefined }, 'unknown'],
])('who reads issues of GitLab: %s', async (_, settings, kind) => {
  const server = await gitlab.useGitLab();
  Object.assign(server.world.settings, settings);
  expect(await gitlab.openForge(server).issues.visibility()).toMatchObject({ kind });
});

it('a job that may write issues and read contents keeps one on GitHub, and one that may not is told so', async () => {
  const server = await github.useGitHub();
  const { issues } = github.openForge(server, { auth: { kind: 'token', token: JOB_TOKEN } });
  server.world.settings.grants = { contents: 'read', issues: 'write' };
  await issues.visibility();
  await issues.find(LABEL, MARK);
  await issues.update(await issues.open(LABEL, CONTENT), { ...CONTENT, isOpen: false });
  server.world.settings.grants = { contents: 'read' };
  await expect(issues.open(LABEL, CONTENT)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('a line of the text is no quick action of GitLab', async () => {
  const server = await gitlab.useGitLab();
  const { issues } = gitlab.openForge(server);
  await issues.open(LABEL, { ...CONTENT, body: `${MARK}\n/close\n` });
  expect(await issues.find(LABEL, MARK)).toMatchObject({ isOpen: true });
});

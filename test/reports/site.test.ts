import { describe, expect, it } from 'vitest';
import { httpsUrl } from '../../src/reports/site/https-url.ts';
import type { SiteInput } from '../../src/reports/site/input.ts';
import { pageHtml } from '../../src/reports/site/page.ts';
import { siteData } from '../../src/reports/site/site.ts';
import { siteVerdicts } from '../../src/reports/site/verdicts.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { fleetSite } from '../fixtures/site.ts';

const FILES = {
  script: 'board.js',
  style: 'board.css',
  stamp: '0123',
  redact: (text: string) => text.replaceAll('hunter2', '***'),
};
const EVIL = '</script><script>alert(1)</script>\u202e\u0007<img src=x onerror=alert(1)>';

describe('the data of the page', () => {
  const data = siteData(fleetSite(3), false);

  it('knows of each cell the change that made it so', () => {
    const production = data.images[0]?.cells[4];
    const event = data.events[production?.event ?? -1];
    expect(event).toMatchObject({ environment: 'production-eu', author: expect.stringContaining('Ann') });
    expect(event?.changes).toMatchObject([
      { image: 'service-0000', record: { approvedBy: ['erin', 'frank'] } },
    ]);
  });

  it('names no change as the one behind a cell that it did not leave so, or that was not read', () => {
    const input = fleetSite(2);
    const [first, second] = input.status.images;
    if (first === undefined || second === undefined) throw new Error('no image');
    const [dev, test, ...others] = first.cells;
    if (dev === undefined || test === undefined) throw new Error('no cell');
    const moved = { ...dev, pinned: [{ tag: '1.0.0', digest: digestNamed('pinned since') }] };
    const cells = [moved, { ...test, relation: 'unread' as const }, ...others];
    const images = [{ ...first, cells }, second];
    const data = siteData({ ...input, status: { ...input.status, images } }, false);
    expect(data.images[0]?.cells.map(({ event }) => event !== null)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(data.images[0]?.cells.map(({ before }) => before)).not.toContainEqual(expect.any(String));
  });

  it('lets a page for everybody not tell by elimination which gate is closed', () => {
    const answers = (closed: string) =>
      ['backward', 'signature', 'vulnerabilities', 'approval'].map(gate => ({
        gate,
        kind:
          gate === closed
            ? ('closed' as const)
            : gate === 'approval'
              ? ('waiting' as const)
              : ('open' as const),
        reason: 'SECRET',
      }));
    const said = siteVerdicts(answers('vulnerabilities'), true);
    expect(said).toEqual(siteVerdicts(answers('signature'), true));
    expect(said).toEqual([
      { gate: 'approval', kind: 'waiting' },
      { gate: 'a gate', kind: 'closed' },
    ]);
  });

  it('has the history of all environments, newest first', () => {
    const dates = data.events.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(new Set(data.events.map(({ environment }) => environment)).size).toBe(6);
  });

  it('says what waits and on whom, what is closed and why, what is frozen and held', () => {
    expect(data.groups.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'closed', 'waiting']);
    expect(JSON.stringify(data.groups)).toContain('acme/release-managers');
    expect(data.environments[4]?.freeze).toMatchObject({ reason: expect.stringContaining('end of quarter') });
    expect(data.environments[3]?.freeze).toBeNull();
    expect(data.holds).toMatchObject([{ by: 'Ann Smith', until: '2026-12-05' }]);
  });

  it('never says sound where nobody asked, or nobody answered', () => {
    expect(data.images.flatMap(({ cells }) => cells.map(({ isSound }) => isSound))).not.toContain(true);
    const [first, ...others] = fleetSite(3).environments;
    if (first === undefined) throw new Error('no environment');
    const verified = verifiedOf('service-0001', 'bad');
    const asked = siteData({ ...fleetSite(3), environments: [{ ...first, verified }, ...others] }, false);
    expect(asked.images.map(({ cells: [dev] }) => dev?.isSound)).toEqual([true, false, null]);
    expect(asked.images[1]?.cells[0]?.faults).toEqual(['registry.internal/dev: layer is absent']);
  });

  it('says since when the history is known where it goes on', () => {
    const input = fleetSite(3);
    const environments = input.environments.map(source => {
      const [newest] = source.history.events;
      const events = newest === undefined ? [] : [newest];
      return { ...source, isCut: source.name === 'qa', history: { ...source.history, events } };
    });
    const cut = siteData({ ...input, environments }, false);
    const [first, second] = cut.images.map(({ cells }) => cells.map(({ before }) => before));
    expect(first).toEqual([null, null, null, null, null, null]);
    expect(second).toEqual([
      null,
      null,
      cut.events.find(({ environment }) => environment === 'qa')?.date,
      null,
      null,
      null,
    ]);
  });

  it('links by https alone, and to no address with a login', () => {
    expect(httpsUrl('https://forge.example/a?b')).toBe('https://forge.example/a?b');
    for (const url of [
      'http://a.example/',
      'javascript:alert(1)',
      'https://me:secret@a.example/',
      'a',
      undefined,
    ])
      expect(httpsUrl(url)).toBeUndefined();
    expect(data.events[0]?.changes[0]?.record).toMatchObject({
      pullRequest: 'https://forge.example/acme/gitops/pull/7',
      run: undefined,
    });
  });
});

describe('the page for everybody', () => {
  it('leaves out people, reasons, vulnerabilities, files and addresses', () => {
    const input = marked(fleetSite(3));
    expect(JSON.stringify(siteData(input, false))).toMatch(/SECRET/);
    const text = JSON.stringify(siteData(input, true));
    expect(text).not.toMatch(/SECRET|CVE-|vulnerabilities|https:|registry\.internal|release-managers|\.yaml/);
    expect(text).not.toMatch(/Ann|Bob|dora|erin/);
    expect(siteData(input, true)).toMatchObject({
      groups: expect.arrayContaining([
        expect.objectContaining({
          state: 'closed',
          images: [expect.objectContaining({ verdicts: [{ gate: 'a gate', kind: 'closed' }] })],
        }),
      ]),
      isPublic: true,
      holds: [{ image: 'service-0001' }],
      problems: [{ environment: 'dev' }, { environment: 'qa' }],
      images: expect.arrayContaining([expect.objectContaining({ name: 'service-0002' })]),
    });
    expect(siteData(input, true).events[0]?.changes[0]?.record).toMatchObject({
      approvals: 2,
      approvedBy: [],
    });
  });
});

describe('the page', () => {
  it('lets no text from outside become markup, hide, turn around or tell a secret', () => {
    const input = fleetSite(1);
    const [hold] = input.status.holds;
    if (hold === undefined) throw new Error('no hold');
    const holds = [{ ...hold, reason: `${EVIL} hunter2` }];
    const html = pageHtml(siteData({ ...input, status: { ...input.status, holds } }, false), FILES);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|[\u202e\u0007]/);
    const [, json = ''] = /type="application\/json">(.*)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(json).holds[0].reason).toBe(`${EVIL.replace(/[\u202e\u0007]/g, '')} ***`);
  });

  it('has a policy that lets nothing but its two files in, and no script or style of its own', () => {
    const html = pageHtml(siteData(fleetSite(1), false), FILES);
    expect(html).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(html).not.toMatch(/unsafe-inline|<style| style=| on\w+=/);
    expect([...html.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, address]) => address)).toEqual([
      'data:,',
      'board.css?0123',
      'board.js?0123',
    ]);
  });
});

/** The input with a mark in each text that people wrote, a registry said, or an address has. */
function marked(input: SiteInput): SiteInput {
  return {
    ...input,
    environments: input.environments.map((source, at) => ({
      ...source,
      verified: at === 0 ? verifiedOf('service-0001', 'bad', 'SECRET') : undefined,
      failures: at === 0 ? [{ message: 'SECRET failed', hint: 'SECRET hint' }] : [],
      groups: source.groups.map(({ group, pullRequest }) => ({
        pullRequest: `${pullRequest}?SECRET`,
        group: {
          ...group,
          images: group.images.map(image => ({
            ...image,
            error: { code: 'UNREACHABLE', message: 'SECRET host', hint: null },
          })),
        },
      })),
    })),
  };
}

function verifiedOf(
  broken: string,
  state: 'bad' | 'good',
  mark = '',
): SiteInput['environments'][number]['verified'] {
  const good = { state: 'good' as const, summary: 'ok', problems: [] };
  const bad = { state, summary: 'broken', problems: [`layer is absent${mark}`] };
  return {
    environment: 'dev',
    base: { repository: 'gitops', branch: 'main', commit: 'a' },
    sound: false,
    targets: ['service-0000', broken].map(image => ({
      image,
      digest: digestNamed(image),
      repository: 'registry.internal/dev',
      pins: [],
      checks: {
        image: image === broken ? bad : good,
        signature: good,
        record: good,
        evidence: good,
        tags: good,
      },
      sound: image !== broken,
    })),
    undigested: [],
    unproven: [],
    mentions: [],
    unreadable: [],
    pinnedWhileHeld: [],
    unread: [],
    former: null,
    repair: null,
  };
}

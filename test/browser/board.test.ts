import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/page.ts';
import { pageHtml } from '../../src/reports/site/page.ts';
import { siteData } from '../../src/reports/site/site.ts';
import { fleetSite } from '../fixtures/site.ts';
import { CHROMIUM, openTab, type Tab } from './chromium.ts';
import { poorContrasts } from './contrast.ts';

const suite = CHROMIUM === undefined ? describe.skip : describe;
const IMAGES = 1000;

suite(`the board in a browser${CHROMIUM === undefined ? ' (needs chromium)' : ''}`, () => {
  let directory: string;
  let page: string;
  let fleet: string;
  let tab: Tab;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promote-board-'));
    page = `file://${directory}/index.html`;
    fleet = `file://${directory}/fleet.html`;
    const { script, style } = await bundlePage();
    const files = { script: 'board.js', style: 'board.css', stamp: '0', redact: String };
    writeFileSync(join(directory, 'board.js'), script);
    writeFileSync(join(directory, 'board.css'), style);
    writeFileSync(join(directory, 'index.html'), pageHtml(siteData(fleetSite(30), false), files));
    writeFileSync(join(directory, 'fleet.html'), pageHtml(siteData(fleetSite(IMAGES), false), files));
    tab = await openTab();
    await tab.size(1280, 800);
  });
  afterAll(async () => {
    await tab?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const text = (selector: string) => tab.read<string>(`document.querySelector('${selector}').textContent`);
  const focused = () => tab.read<string>('document.activeElement.dataset.at ?? document.activeElement.id');

  it('moves by keys, and shows where', async () => {
    await tab.open(fleet);
    await tab.press('/');
    expect(await focused()).toBe('search');
    await tab.press('Enter');
    expect(await focused()).toBe('0 0');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await tab.press(key);
    expect(await focused()).toBe('2 1');
    await tab.press('End', CONTROL);
    expect(await focused()).toBe(`${IMAGES - 1} 6`);
    await tab.press('Home');
    await tab.press('PageUp');
    const [row, column] = (await focused()).split(' ').map(Number);
    expect([row, column]).toEqual([expect.toSatisfy(at => at > 900 && at < IMAGES - 1), 0]);
    const isSeen = `(() => { const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top > 100 && bottom <= innerHeight; })()`;
    expect(await tab.read(isSeen)).toBe(true);
    await tab.press('Enter');
    await expect.poll(() => text('h1'), { timeout: 10_000 }).toBe(`service-0${row}`);
    expect(await tab.read('document.activeElement.tagName')).toBe('H1');
  });

  it('finds and filters by keys, says how much is left, and keeps it in the address', async () => {
    await tab.open(page);
    await tab.press('/');
    await tab.type('service-0001');
    expect(await text('#found')).toBe('1 of 30 images');
    expect(await tab.read('location.hash')).toBe('#/?q=service-0001');
    await tab.press('Escape');
    expect(await text('#found')).toBe('30 of 30 images');
    await tab.open('about:blank');
    await tab.open(`${page}#/?state=waiting&environment=staging`);
    expect(await text('#found')).toBe('1 of 30 images');
  });

  it('leaves single keys alone once they are switched off, and in fields', async () => {
    await tab.open(page);
    await tab.press('/');
    await tab.press('t');
    expect(await tab.read('location.hash')).not.toContain('timeline');
    await tab.press('Escape');
    await tab.read("document.activeElement.blur(); document.getElementById('shortcuts').click()");
    await tab.press('t');
    expect(await tab.read('location.hash')).not.toContain('timeline');
    await tab.read("document.getElementById('shortcuts').click()");
    await tab.press('t');
    expect(await tab.read('location.hash')).toBe('#/timeline');
  });

  it('draws only what is seen of 6,000 cells, wherever it is scrolled to', async () => {
    await tab.open('about:blank');
    await tab.open(fleet);
    const drawn = () => tab.read<number>("document.querySelectorAll('.board [role=gridcell]').length");
    const first = await drawn();
    expect(first).toBeLessThan(200);
    for (const at of [0.2, 0.5, 0.9, 1]) {
      const scroll = `new Promise(resolve => {
        const board = document.querySelector('.board');
        board.scrollTop = board.scrollHeight * ${at};
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      })`;
      await tab.read(scroll);
      expect(await drawn()).toBeLessThan(200);
      const shown = `[...document.querySelectorAll('.board .rows .row')].some(row => {
        const { top, bottom } = row.getBoundingClientRect(); return top < 500 && bottom > 450; })`;
      expect(await tab.read(shown)).toBe(true);
    }
  });

  it('tells a screen reader what is where', async () => {
    await tab.open(page);
    const { nodes } = await tab.call('Accessibility.getFullAXTree');
    const roles = new Map<string, number>();
    for (const { role } of nodes as { role?: { value: string } }[])
      roles.set(role?.value ?? '', (roles.get(role?.value ?? '') ?? 0) + 1);
    expect(roles.get('grid')).toBe(1);
    expect(roles.get('columnheader')).toBe(7);
    expect(roles.get('rowheader')).toBeGreaterThan(5);
    expect([roles.get('main'), roles.get('navigation'), roles.get('search'), roles.get('heading')]).toEqual([
      1, 1, 1, 1,
    ]);
    const counts =
      "['aria-rowcount', 'aria-colcount'].map(name => document.querySelector('[role=grid]').getAttribute(name))";
    expect(await tab.read(counts)).toEqual(['31', '7']);
    expect(await tab.read('document.querySelector(\'[role=row][aria-rowindex="2"]\') !== null')).toBe(true);
    expect(await tab.read('document.querySelectorAll(\'main [tabindex="0"]\').length')).toBe(1);
    expect(await text('.cell.behind')).toMatch(/differs from/);
  });

  it.each(['', '#/timeline', '#/waiting', '#/image/service-0001', '#/group/production-eu/service-0001'])(
    'has text that stands out in both themes: %s',
    async hash => {
      await tab.open('about:blank');
      await tab.open(page + hash);
      for (const theme of ['light', 'dark'] as const) {
        await tab.theme(theme);
        expect([theme, await poorContrasts(tab)]).toEqual([theme, []]);
      }
    },
  );

  it.each([360, 800, 1400])('fits a screen of %i pixels', async width => {
    await tab.size(width, 700);
    await tab.open('about:blank');
    await tab.open(page);
    for (const hash of ['#/', '#/waiting', '#/image/service-0001', '#/problems']) {
      await tab.read(`new Promise(resolve => {
        location.hash = '${hash}';
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      })`);
      if (hash === '#/') expect(await tab.read(NARROWEST)).toBeGreaterThan(115);
      expect(await tab.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await tab.read(CUT)).toEqual([]);
    }
  });

  it('says anew how old it is while it stays open', async () => {
    await tab.open('about:blank');
    const minute = 'window.setInterval = (step, time) => { window.step = step; window.every = time; }';
    const { identifier } = await tab.call('Page.addScriptToEvaluateOnNewDocument', { source: minute });
    await tab.open(page);
    await tab.call('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    expect(await tab.read('window.every')).toBe(60_000);
    const later = `Date.now = () => Date.parse('2027-11-30T08:00:00Z') + 1000; window.step()`;
    await tab.read(later);
    expect(await text('#read time')).toBe('1 year ago');
    expect(await text('.board .facts time')).toBe('1 year ago');
    await tab.read("location.hash = '#/timeline'");
    await expect.poll(() => text('.item time')).toBe('1 year ago');
  });

  it('asks for nothing from elsewhere, and has no error', () => {
    const foreign = tab.requests.filter(
      url => !url.startsWith(`file://${directory}/`) && url !== 'about:blank',
    );
    expect(foreign.filter(url => url !== 'data:,')).toEqual([]);
    expect(tab.requests.length).toBeGreaterThan(10);
    expect(tab.errors).toEqual([]);
  });

  it('runs no script of its own page, and lets no text become markup', async () => {
    const blocked = `new Promise(resolve => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
      const script = document.createElement('script');
      script.append('globalThis.ran = true');
      document.body.append(script);
    })`;
    expect(await tab.read(blocked)).toMatch(/^(script-src-elem|require-trusted-types-for)$/);
    expect(
      await tab.read("(() => { try { document.body.innerHTML = '<b>'; } catch { return 'refused'; } })()"),
    ).toBe('refused');
    expect(await tab.read('globalThis.ran === undefined')).toBe(true);
  });
});

/** How wide the narrowest of the choices is: a squeezed one says no word in full. */
const NARROWEST =
  "Math.min(...[...document.querySelectorAll('form select')].map(({ offsetWidth }) => offsetWidth))";

/** What of the header is out of sight: hidden, or beyond the edge of what holds it. */
const CUT = `[...document.querySelectorAll('nav a, #read, #theme')].filter(part => {
  const { left, right, width } = part.getBoundingClientRect();
  const box = part.parentElement.getBoundingClientRect();
  return width === 0 || left < box.left - 1 || right > box.right + 1;
}).map(part => part.textContent)`;

/** As the protocol has it. */
const CONTROL = 2;

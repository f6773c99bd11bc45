import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slugOf } from '../scripts/site/slug.ts';
import { createProgram } from '../src/cli/program.ts';
import { parseEnvironments } from '../src/environments/parse.ts';
import { isPart, wholeFile } from './docs-parts.ts';
import { longSentences } from './sentences.ts';
import { blocksOf, isOutput } from './shown.ts';

const ROOT = join(import.meta.dirname, '..');
/** The pages at the root and under docs/, by path. */
const PAGES = [...globSync('*.md', { cwd: ROOT }), ...globSync('docs/**/*.md', { cwd: ROOT })].map(path => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
}));
const DOCS = PAGES.map(({ text }) => text).join('\n');
const BLOCKS = PAGES.flatMap(({ path, text }) => blocksOf(text).map(block => ({ path, ...block })));

/** Blocks in YAML for other programs, each by what its program is told by. */
const FOREIGN = [
  /^- id: keep/,
  /^variables:/,
  /promote: ignore/,
  /^apiVersion: tekton/,
  /^version: 2\.1/,
  /^steps:/,
  /^on:/,
  /^workflow:/,
];

/** The suites that compare what pages show with what is printed. */
const COMPARING = ['built/printed', 'built/newcomer', 'built/output', 'cli/vulnerabilities'].map(name =>
  readFileSync(join(ROOT, `test/${name}.test.ts`), 'utf8'),
);

/** Pages for people who use promote. */
const PLAIN = /^(?!CONTRIBUTING|CODE_OF_CONDUCT)/;

describe('README and docs', () => {
  it.each(yaml().filter(text => text.includes('version: 1')))(
    'shows environments files that work: %#',
    text => {
      expect(parseEnvironments(text, 'docs').environments.length).toBeGreaterThan(0);
    },
  );

  it.each(yaml().filter(text => isPart(text) && !text.includes('version: 1')))(
    'shows settings that work: %#',
    text => {
      expect(parseEnvironments(wholeFile(text), 'docs').environments.length).toBeGreaterThan(1);
    },
  );

  it('has no block of an unknown language, and no YAML of an unknown kind', () => {
    const known = (text: string) =>
      isPart(text) || [/^version: 1$/m, /^(promote|include):/, ...FOREIGN].some(one => one.test(text));
    expect(yaml().filter(text => !known(text))).toEqual([]);
    // `text` is what was printed, or a picture; commands in `console` are compared with those that exist.
    const languages = new Set(BLOCKS.map(({ language }) => language));
    expect([...languages].sort()).toEqual(['console', 'diff', 'groovy', 'json', 'text', 'ts', 'yaml']);
    expect(DOCS.match(/^ *```[\w ]*$/gm)?.length).toBe(2 * BLOCKS.length);
  });

  it('says of every block of output whether a test compares it', () => {
    const marks = ['tested', 'printed', 'drawn', 'typed'];
    const unmarked = BLOCKS.filter(block => isOutput(block) !== marks.includes(block.mark));
    expect(unmarked.map(({ path, text }) => [path, text])).toEqual([]);
  });

  it.each([...new Set(BLOCKS.flatMap(({ path, mark }) => (mark === 'tested' ? [path] : [])))])(
    'has a test that compares the blocks that are marked so: %s',
    path => {
      const page = basename(path, '.md');
      expect(COMPARING.some(test => test.includes(`'${path}'`) || test.includes(`'${page}'`))).toBe(true);
    },
  );

  it('gives actions and components inputs that they have', () => {
    const ci = yaml().filter(text => /^(promote|include):/.test(text));
    expect(ci.length).toBeGreaterThan(1);
    for (const text of ci) {
      const [, kind, name = ''] = /(actions|<project>)\/([a-z]+)@/.exec(text) ?? [];
      const file = kind === 'actions' ? `actions/${name}/action.yml` : `templates/${name}.yml`;
      const definition = readFileSync(join(ROOT, file), 'utf8');
      const given = kind === 'actions' ? text.slice(text.indexOf('with:')) : text;
      for (const [, block, inline] of given.matchAll(/^ {8}([a-z-]+):|inputs: \{ ([a-z-]+):/gm))
        expect(definition).toMatch(new RegExp(`^ +${block ?? inline}:`, 'm'));
    }
  });

  it('names commands and options that exist, and every command there is', () => {
    const nothing = { write: () => undefined };
    const io = { cwd: ROOT, env: {}, stdout: nothing, stderr: nothing, signal: new AbortController().signal };
    const program = createProgram(
      io,
      () => undefined,
      async () => 0,
    );
    const commands = new Map(
      program.commands.map(command => [command.name(), command.options.map(option => option.long)]),
    );
    const shown = [...DOCS.matchAll(/`promote ([a-z-]+)([^`]*)`|^\s*(?:\$ )?promote ([a-z-]+)(.*)$/gm)];
    for (const [line, inline, inlineRest = '', block, blockRest = ''] of shown) {
      const options = commands.get(inline ?? block ?? '');
      expect(options, line).toBeDefined();
      for (const [option] of (inlineRest + blockRest).matchAll(/--[a-z][a-z-]*/g))
        expect(options, line).toContain(option);
    }
    for (const name of commands.keys()) expect(DOCS).toContain(`promote ${name}`);
  });

  it.each(PAGES)('links to files and headings that exist: $path', ({ path, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter(link => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return heading !== undefined && !headingsOf(readFileSync(join(ROOT, target), 'utf8')).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('explains every error code', () => {
    const codes = [...readFileSync(join(ROOT, 'src/errors.ts'), 'utf8').matchAll(/\| '([A-Z_]+)'/g)].map(
      ([, code]) => code,
    );
    const explained = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8').matchAll(
      /^## ([A-Z_]+)$/gm,
    );
    expect([...explained].map(([, code]) => code)).toEqual(codes);
  });

  it('keeps the README short and every page readable in one sitting', () => {
    const long = PAGES.map(({ path, text }) => [path, text.split('\n').length] as const);
    expect(long.filter(([path, lines]) => lines > (path === 'README.md' ? 250 : 200))).toEqual([]);
  });

  it.each(PAGES.filter(({ path }) => PLAIN.test(path)))('has one thought a sentence: $path', ({ text }) => {
    expect(longSentences(text)).toEqual([]);
  });

  it('reaches every page from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+\.md)[^)]*\)/g))
        reached.add(join(dirname(page), link));
    }
    expect(PAGES.map(({ path }) => path).filter(path => !reached.has(path))).toEqual([]);
  });
});

function yaml(): readonly string[] {
  return BLOCKS.filter(({ language }) => language === 'yaml').map(({ text }) => text);
}

/** The headings' anchors as GitHub makes them. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slugOf(title));
}

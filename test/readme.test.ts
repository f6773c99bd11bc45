import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { parseEnvironments } from '../src/environments/parse.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const BLOCKS = [...README.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].map(
  ([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }),
);

describe('the README', () => {
  it.each(yaml().filter(text => text.includes('version: 1')))(
    'shows environments files that work: %#',
    text => {
      expect(parseEnvironments(text, 'README.md').environments.length).toBeGreaterThan(0);
    },
  );

  it.each(yaml().filter(text => /^(signing|images|deployments|refresh):/.test(text)))(
    'shows settings that work: %#',
    text => {
      const file = `version: 1\nimages: { api: {} }\nenvironments:\n  dev: { from: build, registry: r.example/d, files: [d] }\n${text}`;
      expect(parseEnvironments(file, 'README.md').environments.length).toBe(1);
    },
  );

  it('gives actions and components inputs that they have', () => {
    const ci = yaml().filter(text => /^(promote|include):/.test(text));
    expect(ci.length).toBe(2);
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
    const shown = [...README.matchAll(/`promote ([a-z]+)([^`]*)`|^\s*(?:\$ )?promote ([a-z]+)(.*)$/gm)];
    for (const [line, inline, inlineRest = '', block, blockRest = ''] of shown) {
      const options = commands.get(inline ?? block ?? '');
      expect(options, line).toBeDefined();
      for (const [option] of (inlineRest + blockRest).matchAll(/--[a-z][a-z-]*/g))
        expect(options, line).toContain(option);
    }
    for (const name of commands.keys()) expect(README).toContain(`promote ${name}`);
  });

  it('links to files that exist', () => {
    const links = [...README.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

function yaml(): readonly string[] {
  return BLOCKS.filter(({ language }) => language === 'yaml').map(({ text }) => text);
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rethrowDefect, systemFailure } from '../src/errors.ts';
import { explained } from '../src/forges/api/git-transport.ts';
import { githubFailure } from '../src/forges/github/failure.ts';
import { interruptedBy } from '../src/git/isomorphic/http.ts';
import { asFailure } from '../src/http/failure.ts';

const ROOT = join(import.meta.dirname, '..');

/** The one place of a file where everything that was caught is answered, by what it says there; and why. */
const ENDS: Readonly<Record<string, readonly [says: string, why: string]>> = {
  'src/action/run.ts': ['fail(error,', 'the end of the program: says that it is unexpected'],
  'src/cli/main.ts': ['systemFailure(', 'the end of the program'],
  'src/registry/copy/copy-run.ts': [
    'throw causeAmong(await Promise.allSettled(work)) ?? error',
    'of several',
  ],
};

/** What a `catch` may throw in place of what it caught. Each passes on a fault of the program, as is shown below. */
const TRANSLATORS = {
  systemFailure: (error: unknown) => systemFailure('x', error) ?? error,
  githubFailure: (error: unknown) => githubFailure('x', error, []),
  asFailure: (error: unknown) => asFailure(REQUEST, error),
  explained: (error: unknown) => explained(error, () => ''),
  interrupted: (error: unknown) => interruptedBy(AbortSignal.timeout(1e6), undefined, 'x')(error),
};
const REQUEST = { operation: 'x', method: 'GET', url: new URL('http://registry.test') } as const;
const TRANSLATED = new RegExp(`throw (?:${Object.keys(TRANSLATORS).join('|')})\\(`);

/** What rejects only for a cancellation, which is seen elsewhere. A file that may be absent is for `ifPresent`. */
const WAITS = /\bsleep\([^;]*$/;

/** What the machine alone refuses, and what only waits. */
const FILES = /\b(?:readFile|writeFile|mkdir|readdir|setTimeout)\([^;]*$/;

/** Where a second function of `then` answers what another gets to see, or what the machine alone refuses. */
const ANSWERED: readonly string[] = [
  'src/git/isomorphic/checkout.ts',
  'src/registry/copy/ledger.ts',
  'src/signing/attach.ts',
];

describe('a fault of the program is never told as somebody’s mistake', () => {
  it('by any catch: it names what it takes, or asks first', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT });
    const wrong = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\bcatch(?: \((\w+)\))? \{/g)].flatMap(match => {
        const body = bodyAt(text, match.index + match[0].length);
        const asks = new RegExp(`(?:throw |rethrowDefect\\()${match[1]}\\b`).test(body);
        const [says] = ENDS[path] ?? [];
        const ends = says !== undefined && body.includes(says);
        return asks || ends || TRANSLATED.test(body) ? [] : [`${path}:${lineAt(text, match.index)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('by any answer in place of a rejection: it only waits there, or another sees it too', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT });
    const silent = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\.catch\(\(\) =>/g)].flatMap(({ index }) =>
        WAITS.test(text.slice(Math.max(0, index - 160), index)) ? [] : [path],
      );
    });
    expect([...new Set(silent)].sort()).toEqual(WATCHED);
  });

  it('by any function that answers a rejection: it passes on what it does not name, or asks first', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT });
    const wrong = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\.catch\((?!\(\) =>|undefined\))/g)].flatMap(({ index, 0: { length } }) => {
        if (FILES.test(text.slice(Math.max(0, index - 160), index))) return [];
        const handler = handlerAt(text, index + length);
        const [, parameter] = /^(?:async )?(?:function \w+)?\(?(\w+)/.exec(handler) ?? [];
        const asks = new RegExp(`(?:throw |rethrowDefect\\(|\\breject\\()${parameter}\\b`).test(handler);
        return asks || TRANSLATED.test(handler) ? [] : [`${path}:${lineAt(text, index)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('by a second function of then, but for those that another sees', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT });
    const second = /\.then\((?:[^()]|\([^()]*\))*,\s*(?:async )?\(?\w*\)? =>/;
    expect(paths.filter(path => second.test(readFileSync(join(ROOT, path), 'utf8'))).sort()).toEqual(
      ANSWERED,
    );
  });

  it('by a call of Sigstore’s libraries, in which nothing of ours is called', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT });
    const calls = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const own = [...text.matchAll(/^import (?!type).*?\{([^}]*)\} from '\.[^']*';/gms)]
        .flatMap(([, names = '']) => names.split(','))
        .concat(
          [...text.matchAll(/^(?:export )?(?:async )?function\*? (\w+)/gm)].map(([, name = '']) => name),
        )
        .map(name => name.replace('type ', '').trim())
        .filter(name => name !== '');
      return [...text.matchAll(/\breadForeign\((?=\(\))/g)].map(({ index, 0: { length } }) => {
        const call = callAt(text, index + length);
        return { path, call, ours: own.filter(name => new RegExp(`(?<![.\\w])${name}\\b`).test(call)) };
      });
    });
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.filter(({ ours }) => ours.length > 0)).toEqual([]);
  });

  it.each(Object.entries(TRANSLATORS))('by %s', (_, translate) => {
    for (const defect of [new ReferenceError('x'), new TypeError('x is not a function')]) {
      expect(() => {
        throw translate(defect);
      }).toThrow(defect);
    }
  });

  it.each([new ReferenceError('x'), new TypeError('x is not a function')])('such as %s', error => {
    expect(() => rethrowDefect(error)).toThrow(error);
  });

  it('and an error of the machine is none', () => {
    const seen = Object.assign(new TypeError('not UTF-8'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
    for (const error of [seen, new SyntaxError('no JSON'), new Error('x'), 'text'])
      expect(() => rethrowDefect(error)).not.toThrow();
  });
});

/** Where a rejection is answered that another gets to see: who waits for the same promise, or reads the same blob. */
const WATCHED: readonly string[] = [
  'src/forges/api/git-transport.ts',
  'src/forges/api/kept-trees.ts',
  'src/forges/forgejo/repository.ts',
  'src/forges/github/branches.ts',
  'src/forges/gitlab/project.ts',
  'src/git/executable/checkout-blobs.ts',
  'src/git/executable/run.ts',
  'src/git/settle-push.ts',
  'src/run/remember.ts',
  'src/signing/sigstore/fulcio.ts',
];

/** The function that is given there, or the one of that name in the same file. */
function handlerAt(text: string, start: number): string {
  const [name] = /^\w+(?=\))/.exec(text.slice(start)) ?? [];
  const declared = name === undefined ? -1 : text.indexOf(`function ${name}(`);
  const from = declared < 0 ? start : declared;
  const open = text.indexOf('{', from);
  return text.slice(from, open) + bodyAt(text, open + 1);
}

/** The arguments of a call. */
function callAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < text.length; end += 1) {
    if (text[end] === '(') depth += 1;
    if (text[end] === ')') depth -= 1;
  }
  return text.slice(start, end);
}

function bodyAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < text.length; end += 1) {
    if (text[end] === '{') depth += 1;
    if (text[end] === '}') depth -= 1;
  }
  return text.slice(start, end);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

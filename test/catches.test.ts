import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rethrowDefect } from '../src/errors.ts';

const ROOT = join(import.meta.dirname, '..');

/** Where everything that was caught is passed on or answered, and why that hides no fault of the program. */
const EXCEPTED: Readonly<Record<string, string>> = {
  'src/errors.ts': 'systemFailure takes errors of the operating system alone',
  'src/cli/bin.ts': 'asks where it is, which the operating system alone refuses',
  'src/action/run.ts': 'the end of the program: says that it is unexpected',
  'src/cli/main.ts': 'the end of the program: says that it is unexpected',
  'src/forges/github/github.ts': 'githubFailure passes on what is no answer',
  'src/forges/gitlab/git-transport.ts': 'explained passes on what is no refusal',
  'src/git/isomorphic/http.ts': 'interrupted is for the one request',
  'src/http/exchange.ts': 'asFailure passes on what has no known code',
  'src/registry/copy/copy-run.ts': 'throws the first failure of several',
  'src/environments/cron.ts': 'croner throws TypeError for a pattern that it cannot read',
  'src/signing/authenticate.ts': "Sigstore's libraries throw TypeError for bytes that somebody made up",
  'src/signing/claims.ts': "Sigstore's libraries throw TypeError for bytes that somebody made up",
  'src/signing/verify.ts': "Sigstore's libraries throw TypeError for bytes that somebody made up",
  'src/signing/verify-legacy.ts': "Sigstore's libraries throw TypeError for bytes that somebody made up",
};

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
    const paths = globSync('src/**/*.ts', { cwd: ROOT }).filter(path => !(path in EXCEPTED));
    const wrong = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\bcatch(?: \((\w+)\))? \{/g)].flatMap(match => {
        const body = bodyAt(text, match.index + match[0].length);
        const asks = new RegExp(`(?:throw |rethrowDefect\\()${match[1]}\\b`).test(body);
        return asks ? [] : [`${path}:${lineAt(text, match.index)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('by any answer in place of a rejection: it only waits there, or another sees it too', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT }).filter(path => !(path in EXCEPTED));
    const silent = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\.catch\(\(\) =>/g)].flatMap(({ index }) =>
        WAITS.test(text.slice(Math.max(0, index - 160), index)) ? [] : [path],
      );
    });
    expect([...new Set(silent)].sort()).toEqual(WATCHED);
  });

  it('by any function that answers a rejection: it passes on what it does not name, or asks first', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT }).filter(path => !(path in EXCEPTED));
    const wrong = paths.flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\.catch\((?!\(\) =>)/g)].flatMap(({ index, 0: { length } }) => {
        if (FILES.test(text.slice(Math.max(0, index - 160), index))) return [];
        const handler = handlerAt(text, index + length);
        const [, parameter] = /^(?:async )?(?:function \w+)?\(?(\w+)/.exec(handler) ?? [];
        const asks = new RegExp(
          `(?:throw |throw explained\\(|rethrowDefect\\(|\\breject\\()${parameter}\\b`,
        ).test(handler);
        return asks ? [] : [`${path}:${lineAt(text, index)}`];
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
  'src/apply/remember.ts',
  'src/forges/api/kept-trees.ts',
  'src/forges/github/branches.ts',
  'src/forges/gitlab/project.ts',
  'src/git/executable/checkout-blobs.ts',
  'src/git/executable/run.ts',
  'src/git/settle-push.ts',
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

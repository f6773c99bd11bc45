import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../src/environments/diagnostics/configuration-error.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { PromoteError } from '../../../src/errors.ts';
import { problemsOf } from '../problems.ts';

const MISTAKEN = `version: 1
images:
  api: { sorce: ghcr.io/acme/api }
  web:
environments:
  dev:
    from: build
    registry: https://ghcr.io/acme
    fles: ["dev/**"]
    tags: ["{verson}"]
    tags: []
  prod:
    from: dv
    registry: { push: ghcr.io/acme/prod, pul: x }
    files: ["/prod"]
    commit: dirct
    gates: { checks: [] }
`;

describe('a mistaken file', () => {
  it('lists every problem at once, in the order of the file', () => {
    expect(problemsOf(MISTAKEN).map(({ line, column }) => `${line}:${column}`)).toEqual([
      '3:10',
      '4:3',
      '6:3',
      '8:15',
      '9:5',
      '11:5',
      '13:11',
      '14:42',
      '15:13',
      '16:13',
      '17:14',
    ]);
  });

  it('says what was probably meant', () => {
    const hints = problemsOf(MISTAKEN).map(({ hint }) => /did you mean "(.*)"/.exec(hint ?? '')?.[1]);
    expect(hints.filter(hint => hint !== undefined)).toEqual(['source', 'files', 'dev', 'pull', 'direct']);
  });

  it('shows the line with a caret under the mistake', () => {
    const error = errorOf(MISTAKEN);
    expect(error.code).toBe('CONFIGURATION');
    expect(error.message).toContain('stages.yaml:9:5: ');
    expect(error.message).toContain('\n  9 |     fles: ["dev/**"]\n    |     ^^^^\n');
  });

  it('shows of a long line what surrounds the mistake', () => {
    const long = `version: 1\nimages: { ${'a'.repeat(5000)}: {}, Web: {}, ${'b'.repeat(5000)}: {} }\n`;
    const excerpt = problemsOf(long).find(({ column }) => column > 5000 && column < 5100)?.excerpt ?? '';
    const [source = '', carets = ''] = excerpt.split('\n');
    expect(source.length).toBeLessThan(130);
    expect(source.slice(carets.indexOf('^'), carets.length)).toBe('Web');
  });

  it('lists the first hundred of many mistakes', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}: 1`);
    const error = errorOf(`{ ${keys.join(', ')} }`);
    expect(error.problems).toHaveLength(100);
    expect(error.message.length).toBeLessThan(100_000);
  });

  it('fails with nothing but a told mistake, whatever is written', () => {
    const full = readFileSync(join(import.meta.dirname, '../../../environments/full.yaml'), 'utf8');
    const position = fc.nat(full.length);
    const inserted = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(': ', '\n', '  ', '- ', '{', ']', '&a ', '*a'),
    );
    fc.assert(
      fc.property(position, fc.nat(40), inserted, (start, removed, text) => {
        const mutant = full.slice(0, start) + text + full.slice(start + removed);
        expect(failureOf(mutant)).toSatisfy(error => error === undefined || error instanceof PromoteError);
      }),
      { numRuns: 300 },
    );
  });
});

function failureOf(text: string): unknown {
  try {
    parseEnvironments(text, 'stages.yaml');
    return undefined;
  } catch (error) {
    return error;
  }
}

function errorOf(text: string): ConfigurationError {
  const error = failureOf(text);
  if (error instanceof ConfigurationError) return error;
  throw new Error('it parsed', { cause: error });
}

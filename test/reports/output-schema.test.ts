import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { isOutputName, OUTPUT_NAMES, outputSchema } from '../../src/reports/schemas/output-schema.ts';
import { assertContract } from '../built/output-contract.ts';

const SCHEMAS = join(import.meta.dirname, '../../environments/schema');

describe('the schemas of what commands print as JSON', () => {
  it.each(OUTPUT_NAMES.filter(isOutputName))('%s is as it is generated: node scripts/schemas.ts', name => {
    const text = readFileSync(join(SCHEMAS, `${name}.json`), 'utf8');
    expect(text).toBe(`${JSON.stringify(outputSchema(name), null, 2)}\n`);
    new Ajv({ allowUnionTypes: true }).compile(outputSchema(name));
  });

  it('are one for each command that prints JSON, and one for errors', () => {
    const nothing = { write: () => undefined };
    const io = { cwd: '/', env: {}, stdout: nothing, stderr: nothing, signal: new AbortController().signal };
    const { commands } = createProgram(
      io,
      () => undefined,
      async () => 0,
    );
    const printing = commands.filter(({ options }) =>
      options.some(({ long, argChoices }) => long === '--format' && argChoices?.includes('json')),
    );
    const names = [...printing.map(command => command.name()), 'error'].sort();
    expect([...OUTPUT_NAMES].sort()).toEqual(names);
    expect(readdirSync(SCHEMAS).sort()).toEqual(names.map(name => `${name}.json`));
  });

  it('allow new keys to others, and no key that is not described to our tests', () => {
    const printed = { version: 1, file: 'environments.yaml', findings: [], more: 1 };
    const validate = new Ajv().compile(outputSchema('check'));
    expect(validate(printed)).toBe(true);
    const args = ['check', '--format', 'json'];
    expect(() => assertContract(args, JSON.stringify(printed))).toThrow('additional properties');
    expect(() => assertContract(args, JSON.stringify({ file: 'a', findings: [] }))).toThrow('version');
    expect(() => assertContract(['completion', '--format=json'], '{}')).toThrow('has no schema');
  });
});

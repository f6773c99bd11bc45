import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../src/environments/diagnostics/is-object.ts';
import { readYaml } from '../../src/environments/diagnostics/yaml-file.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { environmentsJsonSchema } from '../../src/environments/schema/json-schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = ['environments/minimal.yaml', 'environments/full.yaml', 'environments/shared-file.yaml'];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the JSON schema', () => {
  const validate = new Ajv({ formats: { uri: true, date: true } }).compile(environmentsJsonSchema());

  it('is the one that editors are given', () => {
    expect(read('environments/schema.json')).toBe(`${JSON.stringify(environmentsJsonSchema(), null, 2)}\n`);
  });

  it.each([...EXAMPLES, 'test/fixtures/environments/everything.yaml'])('accepts %s', path => {
    validate(readYaml(read(path), path).value);
    expect(validate.errors).toBeNull();
  });

  it('refuses unknown keys', () => {
    const value = readYaml(read('environments/minimal.yaml'), 'minimal.yaml').value;
    expect(validate({ ...(isObject(value) ? value : {}), imges: {} })).toBe(false);
  });

  it('describes every key', () => {
    expect(undescribed(environmentsJsonSchema(), '')).toEqual([]);
  });
});

describe('an example', () => {
  it.each(EXAMPLES)('%s parses, and points editors at the schema', path => {
    const text = read(path);
    expect(parseEnvironments(text, path).environments.length).toBeGreaterThan(1);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./schema.json');
  });

  it('gives each of its keys a meaning: none can be dropped without a change', () => {
    const meant = JSON.stringify(parseEnvironments(read('environments/full.yaml'), 'full.yaml'));
    const { value } = readYaml(read('environments/full.yaml'), 'full.yaml');
    const idle = leavesOf(value, []).filter(leaf => meaningWithout(value, leaf) === meant);
    expect(idle.map(path => path.join('.'))).toEqual([]);
  });
});

type Path = readonly string[];

/** The paths of all keys whose values hold no keys themselves. */
function leavesOf(value: unknown, path: Path): readonly Path[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

function meaningWithout(value: unknown, path: Path): string {
  try {
    return JSON.stringify(parseEnvironments(JSON.stringify(without(value, path)), 'full.yaml'));
  } catch {
    return 'none';
  }
}

function without(value: unknown, [key = '', ...rest]: Path): unknown {
  if (!isObject(value)) return value;
  const { [key]: child, ...others } = value;
  return rest.length === 0 ? others : { ...others, [key]: without(child, rest) };
}

function undescribed(schema: unknown, path: string): readonly string[] {
  if (Array.isArray(schema))
    return schema.flatMap((member, index) => undescribed(member, `${path}/${index}`));
  if (!isObject(schema)) return [];
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const missing = properties.filter(([, property]) => !isObject(property) || !property.description);
  const inner = Object.entries(schema).filter(([key]) =>
    ['properties', 'items', 'anyOf', 'additionalProperties'].includes(key),
  );
  return [
    ...missing.map(([key]) => `${path}/${key}`),
    ...inner.flatMap(([key, child]) =>
      key === 'properties' && isObject(child)
        ? Object.entries(child).flatMap(([name, property]) => undescribed(property, `${path}/${name}`))
        : undescribed(child, path),
    ),
  ];
}

import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { createKnown } from '../../src/pins/known.ts';
import { findMentions } from '../../src/pins/mentions/find-mentions.ts';
import { readFile } from '../../src/pins/read.ts';

const known = createKnown(new Map([['registry.example/prod/api' as RepositoryName, 'api']]));
const mentions = (text: string, file = 'notes.txt') =>
  findMentions(readFile(file, text, [], { known }), known).map(
    ({ kind, line, column, text: written }) => `${kind} ${line}:${column} ${written}`,
  );
describe('in a text of another kind', () => {
  it.each([
    [
      'a script',
      'run.sh',
      'A=x\nB="y" z\ncrane digest registry.example/prod/api:1\n',
      ['told 3:14 registry.example/prod/api:1'],
    ],
    [
      'TOML, registry and repository apart',
      'x.toml',
      '[api]\nregistry = "registry.example"\nrepository = "prod/api"\ntag = "1"\n',
      ['told 3:15 prod/api'],
    ],
    [
      'HCL',
      'x.tf',
      'image = "registry.example/prod/api:1" // registry.example/prod/api:2\n',
      ['told 1:10 registry.example/prod/api:1'],
    ],
    [
      'HCL that cannot be read',
      'x.tf',
      '= {\nimage = "registry.example/prod/api:1"\n',
      ['told 2:10 registry.example/prod/api:1'],
    ],
    [
      'a template, with a tag on a line beside it',
      'a.yaml.gotmpl',
      'image:\n  repository: registry.example/prod/api\n  # note\n  tag: 1.0\n{{ if .x }}\nb: 1\n{{ end }}\n',
      ['told 2:15 registry.example/prod/api'],
    ],
    [
      'a template, registry and repository apart',
      'a.yaml.gotmpl',
      '{{ if .x }}\nimage: { registry: registry.example, repository: prod/api, tag: "{{ .tag }}" }\n{{ end }}\n',
      ['told 2:50 prod/api'],
    ],
    [
      'a template that is no YAML',
      'a.gotmpl',
      '{{ x }}: [\nrepository = registry.example/prod/api\n\nversion = 1\n',
      ['told 2:14 registry.example/prod/api'],
    ],
    [
      'properties',
      'a.properties',
      '= x: y: z\n- b\nimage.name=registry.example/prod/api\nimage.tag=1\n',
      ['told 3:12 registry.example/prod/api'],
    ],
    [
      'a version of something else',
      'a.gotmpl',
      '{{ x }}: [\na:\n  repository = registry.example/prod/api\nversion = 1\n',
      ['note 3:16 registry.example/prod/api'],
    ],
  ])('is reported: %s', (_, file, text, expected) => expect(mentions(text, file)).toEqual(expected));

  it('is reported of bytes that are no UTF-8, and refused where it could be a pin', () => {
    expect(mentions('caf\udcff registry.example/prod/api:1\n')).toEqual([
      'told 1:6 registry.example/prod/api:1',
    ]);
    const yaml = 'name: caf\udcff\nimage: registry.example/prod/api:1\n';
    expect(() => mentions(yaml, 'prod/a.yaml')).toThrow('prod/a.yaml: not UTF-8 text');
    const wide = `\udcff\udcff${[...'image: registry.example/prod/api:1'].join('\0')}\0`;
    expect(() => mentions(wide, 'prod/a.yaml')).toThrow('not UTF-8 text');
    expect(mentions('name: caf\udcff\napi: 1\n', 'prod/a.yaml')).toEqual([]);
    expect(mentions('\udcffPNG\0 registry.example/prod/api:1', 'a.png')).toEqual([]);
    const rule = { image: 'api', pattern: 'image: (?<reference>.*)', kind: 'reference' } as const;
    expect(() => readFile('a.txt', yaml, [rule], { known })).toThrow('not UTF-8 text');
  });
});

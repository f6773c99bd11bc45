import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import type { PinPath } from '../../../src/pins/pin.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits } from '../marked.ts';

const rule = (path: string, kind: PinPath['kind'] = 'tag'): PinPath => ({ image: 'api', path, kind });
const pattern = (text: string, kind: PinPath['kind'] = 'tag'): PinPath => ({
  image: 'api',
  pattern: text,
  kind,
});

describe('a rule reaches', () => {
  it.each<[string, string, string, readonly PinPath[]]>(
    [
      ['every item', 'a.yaml', 'x: [{ v: «1|1.3.0@NEW» }, { v: «2|1.3.0@NEW» }]\n', [rule('x[*].v')]],
      [
        'every value of a mapping',
        'a.yaml',
        'x: { a: { v: «1|1.3.0@NEW» }, b: { v: «2|1.3.0@NEW» } }\n',
        [rule('x[*].v')],
      ],
      [
        'the item of a name',
        'a.yaml',
        'x:\n- name: web\n  v: 1\n- { name: api, v: «1|1.3.0@NEW» }\n',
        [rule('x[name=api].v')],
      ],
      [
        'a quoted key and value',
        'a.yaml',
        'x: [{ "a.b": "c]d", v: «1|1.3.0@NEW» }]\n',
        [rule('x["a.b"="c]d"].v')],
      ],
      [
        'YAML in a block',
        'a.yaml',
        'data:\n  values.yaml: |\n    app:\n      v: «1|1.3.0@NEW»\n',
        [rule('data."values.yaml".app.v')],
      ],
      [
        'an argument',
        'a.yaml',
        'args:\n- «registry.example/prod/api:1|registry.example/prod/api:1.3.0@NEW»\n',
        [rule('args[0]', 'reference')],
      ],
      [
        'the value of an argument',
        'a.yaml',
        'args: [run, "--set=image=«registry.example/prod/api:1|registry.example/prod/api:1.3.0@NEW»"]\n',
        [rule('args[1]', 'reference')],
      ],
      ['JSON in a string', 'a.yaml', 'data: \'{ "app": { "v": "«1|1.3.0@NEW»" } }\'\n', [rule('data.app.v')]],
      ['JSON', 'a.json', '{\n\t"app": { "v": "«1|1.3.0@NEW»" }\n}\n', [rule('app.v')]],
      ['TOML', 'a.toml', '# c\n[app]\nv = "«1|1.3.0@NEW»" # d\n[[list]]\nw = \'x\'\n', [rule('app.v')]],
      [
        'an array of tables',
        'a.toml',
        "[[list]]\nname = 'web'\n[[list]]\nname = \"api\"\nv = '«1|1.3.0@NEW»'\n",
        [rule('list[name=api].v')],
      ],
      ['an inline table', 'a.toml', 'a.b = { "c.d" = "«1|1.3.0@NEW»" }\n', [rule('a.b."c.d"')]],
      [
        'HCL attributes',
        'a.tfvars',
        '# c\napi_tag = "«1|1.3.0@NEW»"\nother = var.x + 1\n',
        [rule('api_tag')],
      ],
      [
        'HCL blocks',
        'a.tf',
        'module "api" {\n  source = "./x"\n  tags = [for t in x : t]\n  v   = "«1|1.3.0@NEW»" // d\n}\n',
        [rule('module.api.v')],
      ],
      [
        'HCL objects',
        'a.tf',
        'locals {\n  images = {\n    api = { v : "«1|1.3.0@NEW»", n = 1 }\n  }\n}\n',
        [rule('locals.images.api.v')],
      ],
      [
        'HCL lists',
        'a.hcl',
        `x = ["a", "«1|1.3.0@NEW»"]\ny = "\${x}"\nz = <<EOT\nx = "2"\nEOT\n`,
        [rule('x[1]')],
      ],
      ['.env', '.env', '# c\nexport A=1\nTAG=«1|1.3.0@NEW» # d\n', [rule('TAG')]],
      ['a quoted value of .env', 'prod.env', 'TAG="«1|1.3.0@NEW»"\r\nB=\r\n', [rule('TAG')]],
      [
        'a reference in .env',
        '.env.prod',
        'IMAGE=ghcr.io/acme/api:«1|1.3.0@NEW»\n',
        [rule('IMAGE', 'reference')],
      ],
      [
        'any text',
        'version.mk',
        'A := 1\nVERSION := «1|1.3.0@NEW»\n',
        [pattern('^VERSION := (?<tag>\\S+)$')],
      ],
      [
        'a reference in any text',
        'x.sh',
        'run ghcr.io/acme/api:«1|1.3.0@NEW» now\n',
        [pattern('run (?P<image>\\S+)', 'reference')],
      ],
      [
        'a template of Helm',
        't.yaml',
        '{{- if .x }}\nimage: a:«1|1.3.0@NEW»\n{{- end }}\n',
        [pattern('^image: a:(?<tag>\\S+)')],
      ],
      [
        'repository and tag apart',
        'a.yaml',
        'x: { r: «ghcr.io/acme/api|eu.io/api», v: «1|1.3.0@NEW» }\n',
        [rule('x.r', 'repository'), rule('x.v')],
      ],
      ['a repository alone', 'a.yaml', 'x: { r: «ghcr.io/acme/api|eu.io/api» }\n', []],
    ].slice(0, -1) as never,
  )('%s', (_, file, text, rules) => {
    expectEdits(text, { file, rules, ...(text.includes('eu.io') ? { repository: 'eu.io/api' } : {}) });
  });

  it('into nothing where a path leads nowhere', () => {
    expect(findPins('a.toml', 'v = "1"\n', [rule('w')])).toEqual([]);
    expect(findPins('a.txt', 'v = "1"\n', [pattern('w(?<tag>.)')])).toEqual([]);
  });

  it.each<[string, string, string, PinPath, RegExp]>([
    ['a pattern that matches twice', 'a.txt', 'x\nv=1\nv=2\n', pattern('v=(?<tag>.)'), /^a\.txt:2:3: /],
    ['a place that holds no tag', 'a.txt', 'v= \n', pattern('v=(?<tag>.)'), /^a\.txt:1:3: /],
    ['a table in place of a value', 'a.toml', '[a]\nb = 1\n', rule('a'), /^a\.toml:1:1: /],
    ['what is no TOML', 'a.toml', 'x = \n', rule('x'), /^a\.toml:\d:\d+: not TOML/],
    ['HCL that does not end', 'a.tf', 'x {\n', rule('x.y'), /^a\.tf:1:3: not HCL/],
    ['a string of HCL that does not end', 'a.tf', 'x = "\n', rule('x'), /^a\.tf:1:5: not HCL/],
    [
      'TOML that is nested too deeply',
      'a.toml',
      `x = ${'['.repeat(100_000)}`,
      rule('x'),
      /^a\.toml:\d+:\d+: not TOML/,
    ],
    [
      'HCL that is nested too deeply',
      'a.tf',
      `x = ${'['.repeat(100_000)}`,
      rule('x'),
      /^a\.tf:\d+:\d+: not HCL/,
    ],
  ])('no further than its file is understood: %s', (_, file, text, wanted, message) => {
    expect(() => findPins(file, text, [wanted])).toThrow(
      expect.objectContaining({ code: 'INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('several places of one image, each by a rule of its own', () => {
    const text = 'app: { image: { tag: v1.0.0 }, config: { VERSION: 1.0.0 } }\n';
    const rules = [rule('app.image.tag'), rule('app.config.VERSION', 'version')];
    expect(findPins('a.yaml', text, rules).map(pin => [pinValue(pin), pin.form])).toEqual([
      [':v1.0.0', undefined],
      [':1.0.0', 'version'],
    ]);
  });

  it('a number of TOML is read and not edited', () => {
    expect(() => expectEdits('v = «1.0|1.3.0@NEW»\n', { file: 'a.toml', rules: [rule('v')] })).toThrow(
      /spans lines|edited/,
    );
  });
});

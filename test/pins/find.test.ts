import { describe, expect, it } from 'vitest';
import { findPins } from '../../src/pins/find.ts';

const POD = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: a/b:1\n';
const refused = (code: string, where: string) =>
  expect.objectContaining({ code, message: expect.stringMatching(`^a/file.yaml${where}`) });

describe('a file that is refused says where', () => {
  it.each([
    ['not YAML', 'a: 1\nimage: "x\n', ':3:1: not YAML'],
    ['a template’s value', 'a: 1\nimage: {{ .Values.image }}\n', ':2:8: a Helm template'],
    [
      'a template’s control line',
      '{{- if .Values.image }}\na: b\n{{- end }}\n',
      ':1:3: not YAML, perhaps a Helm template',
    ],
    ['an alias without an anchor', 'image: *missing\n', ':1:8: '],
    ['depth', `image: ${'['.repeat(100_000)}`, ':1:'],
    ['a pin’s key twice', `${POD}      image: a/b:2\n`, ':6:7: '],
    ['a key on the way to a pin twice', 'api: { image: a/b:1 }\nb: 1\napi: { image: a/b:2 }\n', ':3:1: '],
    ['a repository twice', 'repository: a/b\ntag: "1"\nrepository: c/d\n', ':3:1: '],
    ['a tag twice', 'repository: a/b\ntag: "1"\ntag: "2"\n', ':3:1: '],
    [
      'a kustomization’s name twice',
      'images: [{ name: a, name: b, newTag: "1" }]\nkind: Kustomization\napiVersion: kustomize.config.k8s.io/v1\n',
      ':1:21: ',
    ],
  ])('%s', (_, text, where) =>
    expect(() => findPins('a/file.yaml', text)).toThrow(refused('INVALID', where)),
  );

  it.each(['password: |hunter2\n', '%YAML 1.2\n"hunter2"\n--- a\n', 'a: 1\n...\nhunter2: 1\n]hunter2'])(
    'without the text around it, which may be a secret: %s',
    text => {
      const silent = { code: 'INVALID', message: expect.not.stringContaining('hunter2') };
      expect(() => findPins('a/file.yaml', `# image\n${text}`)).toThrow(expect.objectContaining(silent));
    },
  );

  it('or that it is too large', () => {
    expect(() => findPins('a/file.yaml', `image: a/b:1\n# ${'ü'.repeat(3_000_000)}`)).toThrow(
      refused('TOO_LARGE', ''),
    );
  });
});

it('a text that could hold no pin is not read', () => {
  expect(findPins('NOTES.txt', '{{ not: [yaml')).toEqual([]);
});

it('a key that is written with escapes is read', () => {
  expect(findPins('a/file.yaml', '"\\x69mage": ghcr.io/acme/api:1\n')).toHaveLength(1);
});

it('an empty file holds no pin', () => {
  for (const text of ['', '# image\n', '---\n# image\n---\n', 'null # image'])
    expect(findPins('a/file.yaml', text)).toEqual([]);
});

it('aliases that expand to billions of nodes cost nothing', () => {
  const level = (n: number) =>
    `a${n}: &a${n} [${Array(9)
      .fill(`*a${n - 1}`)
      .join(', ')}]`;
  const bomb = ['a0: &a0 { image: a/b:1 }', ...Array.from({ length: 40 }, (_, n) => level(n + 1))].join('\n');
  expect(findPins('a/file.yaml', bomb)).toHaveLength(1);
  expect(findPins('a/file.yaml', `${POD}self: &self [*self]\n${bomb}`)).toHaveLength(2);
});

it('thousands of pins in one wide mapping cost no quadratic search', () => {
  const pin = (_: unknown, n: number) => `s${n}: { repository: ghcr.io/acme/s${n}, tag: v${n} }`;
  const cost = (count: number) => {
    const text = Array.from({ length: count }, pin).join('\n');
    const started = process.cpuUsage();
    expect(findPins('a/file.yaml', text)).toHaveLength(count);
    return process.cpuUsage(started).user;
  };
  cost(2000);
  expect(cost(16_000) / cost(4000)).toBeLessThan(10); // 4 where it is linear, 16 where it is quadratic
});

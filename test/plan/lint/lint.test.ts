import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { lint } from '../../../src/plan/lint/lint.ts';
import { LINT_RULES } from '../../../src/plan/lint/rules.ts';

const ENVIRONMENTS = parseEnvironments(
  `version: 1
images:
  api: { source: build.example/api }
  chart: { pins: [{ files: prod/companion.yaml, path: version, kind: version }] }
environments:
  dev: { from: build, registry: registry.example/dev, files: ["dev/**"] }
  prod: { from: dev, registry: registry.example/prod, files: ["prod/**"] }
`,
  'environments.yaml',
);
const ONE = `sha256:${'1'.repeat(64)}`;
const TWO = `sha256:${'2'.repeat(64)}`;

/** What is found in production's files, but for images that are not known: place and rule. */
function found(files: Readonly<Record<string, string>>, without = ['unknown-image']): readonly string[] {
  const { findings } = lint(ENVIRONMENTS, new Map(Object.entries(files)));
  return findings
    .filter(({ rule, unchecked }) => !unchecked && !without.includes(rule ?? ''))
    .map(({ rule, place }) => `${place?.file}:${place?.line}:${place?.column} ${rule}`);
}

const pod = (image: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n    - name: a\n      image: ${image}\n${more}`;
const FILE = 'prod/a.yaml';

describe.each<[rule: string, text: string, places: readonly string[]]>([
  ['floating-tag', pod('other.example/a:latest'), ['7:14']],
  ['floating-tag', pod('other.example/a'), ['7:14']],
  ['floating-tag', pod(`other.example/a:latest@${ONE}`), []],
  ['floating-tag', 'image: { repository: registry.example/prod/api, tag: latest }\n', ['1:54']],
  ['missing-digest', pod('other.example/a:1.0'), ['7:14']],
  ['missing-digest', pod('registry.example/prod/api:1.0'), ['7:14']],
  ['missing-digest', pod(`registry.example/prod/api:1.0@${ONE}`), []],
  ['foreign-registry', pod(`registry.example/dev/api@${ONE}`), ['7:14']],
  ['foreign-registry', pod(`registry.example/dev/other@${ONE}`), ['7:14']],
  ['foreign-registry', pod(`build.example/api@${ONE}`), ['7:14']],
  ['foreign-registry', pod(`registry.example/prod/api@${ONE}`), []],
  ['pull-policy', pod(`other.example/a@${ONE}`, '      imagePullPolicy: Always\n'), ['8:24']],
  ['pull-policy', pod(`other.example/a@${ONE}`, '      imagePullPolicy: IfNotPresent\n'), []],
  ['pull-policy', pod('other.example/a:latest', '      imagePullPolicy: IfNotPresent\n'), ['8:24']],
  ['pull-policy', pod('other.example/a:latest', '      imagePullPolicy: Always\n'), []],
  [
    'pull-policy',
    `image:\n  repository: registry.example/prod/api\n  tag: "1"\n  digest: ${ONE}\n  pullPolicy: Always\n`,
    ['5:15'],
  ],
  ['unknown-image', pod(`redis:7@${ONE}`), ['7:14']],
  ['unknown-image', pod(`registry.example/prod/api@${ONE}`), []],
])('%s', (rule, text, places) => {
  it(`finds ${places.length === 0 ? 'nothing' : places.join(', ')} in ${text.trim().split('\n').slice(-2).join(' ')}`, () => {
    const others = LINT_RULES.map(({ name }) => name).filter(name => name !== rule);
    expect(found({ [FILE]: text }, others)).toEqual(places.map(place => `${FILE}:${place} ${rule}`));
  });

  it('is settled by a comment with a reason', () => {
    const ignored = text.replace(/^(.*(?:image|tag|digest):.*)$/gm, '$1 # promote: ignore by hand');
    expect(found({ [FILE]: ignored }, [])).toEqual([]);
  });
});

describe('one image at two digests', () => {
  it('is found within an environment, not between two', () => {
    const files = {
      'dev/a.yaml': pod(`registry.example/dev/api@${TWO}`),
      'prod/a.yaml': pod(`registry.example/prod/api@${ONE}`),
      'prod/b.yaml': pod(`registry.example/prod/api@${TWO}`),
    };
    expect(found(files)).toEqual(['prod/b.yaml:7:14 two-digests']);
  });

  it('is none where an unknown image has two tags', () => {
    const files = { 'prod/a.yaml': pod(`redis:6@${ONE}`), 'prod/b.yaml': pod(`redis:7@${TWO}`) };
    expect(found(files)).toEqual([]);
    expect(found({ ...files, 'prod/b.yaml': pod(`redis:6@${TWO}`) })).toEqual([
      'prod/b.yaml:7:14 two-digests',
    ]);
  });
});

describe('a pod without imagePullSecrets', () => {
  const SECRETS = '  imagePullSecrets: [{ name: registry }]\n';
  const image = `registry.example/prod/api@${ONE}`;
  const account = (name: string, more: string) =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name} }\n${more}`;

  it.each<[what: string, files: Readonly<Record<string, string>>, found: readonly string[]]>([
    [
      'where others log in to the registry',
      { 'prod/b.yaml': pod(image, SECRETS) },
      ['prod/a.yaml:7:14 pull-secret'],
    ],
    ['where nobody does, since nodes may have a login', { 'prod/b.yaml': pod(image) }, []],
    ['where others log in to another registry', { 'prod/b.yaml': pod(`redis@${ONE}`, SECRETS) }, []],
    [
      'where its service account has them',
      {
        'prod/b.yaml': pod(image, SECRETS),
        'prod/c.yaml': account('default', 'imagePullSecrets: [{ name: r }]\n'),
      },
      [],
    ],
    [
      'where another service account has them',
      {
        'prod/b.yaml': pod(image, SECRETS),
        'prod/c.yaml': account('other', 'imagePullSecrets: [{ name: r }]\n'),
      },
      ['prod/a.yaml:7:14 pull-secret'],
    ],
  ])('%s', (_, files, places) => {
    expect(found({ [FILE]: pod(image), ...files })).toEqual(places);
  });
});

describe('what lint did not look at', () => {
  const messages = (files: Readonly<Record<string, string>>, environments = ENVIRONMENTS) =>
    lint(environments, new Map(Object.entries(files))).findings.filter(({ unchecked }) => unchecked);

  it('is named: templates, other forms, but no prose', () => {
    const files = {
      'prod/t.yaml': 'image: {{ .Values.image }}\n- a\n',
      'prod/run.sh': 'x\n',
      'prod/README.md': 'x\n',
    };
    expect(messages(files)).toMatchObject([
      {
        severity: 'note',
        message: 'not linted, since their form is not understood: prod/t.yaml, prod/run.sh',
      },
    ]);
  });

  it('is named where it is in another repository', () => {
    const elsewhere = parseEnvironments(
      'version: 1\nimages: { api: {} }\ndeployments: { repository: "https://git.example/a/b" }\nenvironments:\n  prod: { from: build, registry: registry.example/prod, files: ["prod/**"] }\n',
      'environments.yaml',
    );
    expect(messages({ [FILE]: pod('a') }, elsewhere)).toMatchObject([{ subject: 'prod', severity: 'note' }]);
  });
});

it('wants no digest of a version beside a pin', () => {
  expect(found({ 'prod/companion.yaml': 'version: 1.0.0\n' })).toEqual([]);
});

it('has no errors and one name each, so that today’s exit codes stay', () => {
  expect(new Set(LINT_RULES.map(({ name }) => name)).size).toBe(LINT_RULES.length);
  expect(LINT_RULES.filter(({ severity }) => severity === 'error')).toEqual([]);
});

import { expect, it } from 'vitest';
import { fixUnpinned } from '../../src/commands/lint-fix.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { PromoteError } from '../../src/errors.ts';
import { lint } from '../../src/plan/lint/lint.ts';

const ENVIRONMENTS = parseEnvironments(
  'version: 1\nimages: { api: {} }\nenvironments:\n  prod: { from: build, registry: registry.example/prod, files: ["prod/**"] }\n',
  'environments.yaml',
);
const DIGEST = `sha256:${'1'.repeat(64)}`;

/** Fixes the files with a registry that has these tags. */
async function fixed(
  files: Readonly<Record<string, string>>,
  tags: readonly string[],
  environments = ENVIRONMENTS,
) {
  const asked: string[] = [];
  const store = (repository: string) => ({
    head: async (tag: string) => {
      asked.push(`${repository}:${tag}`);
      if (repository.startsWith('dead.')) throw new PromoteError('UNREACHABLE', 'nobody is there');
      return tags.includes(`${repository}:${tag}`) ? { digest: DIGEST } : undefined;
    },
  });
  const texts = new Map(Object.entries(files));
  const result = await fixUnpinned({ store: store as never }, environments, lint(environments, texts), texts);
  const findings = result.findings.filter(({ rule }) => rule !== 'unknown-image');
  return { asked, texts: Object.fromEntries(result.texts), findings };
}

it('adds the digests of pods, values and Dockerfiles, and changes nothing else', async () => {
  const files = {
    'prod/pod.yaml':
      "# a pod\r\napiVersion: v1\r\nkind: Pod\r\nspec: {containers: [{image: 'redis:7' , name: a}]} # kept\r\n",
    'prod/values.yaml':
      'image:\n  repository: registry.example/prod/api\n  tag:   "1.0"   # ours\n  digest: ""\nother: 1',
    'prod/Dockerfile': 'FROM  node:24-alpine AS build\nRUN true\n',
  };
  const tags = [
    'docker.io/library/redis:7',
    'registry.example/prod/api:1.0',
    'docker.io/library/node:24-alpine',
  ];
  const { texts, findings } = await fixed(files, tags);
  expect(texts).toEqual({
    'prod/pod.yaml': files['prod/pod.yaml'].replace('redis:7', `redis:7@${DIGEST}`),
    'prod/values.yaml': files['prod/values.yaml'].replace('digest: ""', `digest: "${DIGEST}"`),
    'prod/Dockerfile': files['prod/Dockerfile'].replace('24-alpine', `24-alpine@${DIGEST}`),
  });
  expect(findings.map(({ severity, place }) => [severity, place?.file])).toEqual([
    ['note', 'prod/Dockerfile'],
    ['note', 'prod/pod.yaml'],
    ['note', 'prod/values.yaml'],
  ]);
});

it('fixes several pins of one file, and asks for latest where there is no tag', async () => {
  const text = 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: a.io/a:1 }, { image: a.io/b }] }\n';
  const { texts } = await fixed({ 'prod/pod.yaml': text }, ['a.io/a:1', 'a.io/b:latest']);
  expect(texts['prod/pod.yaml']).toContain(`a.io/a:1@${DIGEST} }, { image: a.io/b:latest@${DIGEST} }`);
});

it('keeps the finding, with the reason, where the digest cannot be told', async () => {
  const text =
    'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: a.io/a:1 }, { image: dead.io/a:1 }] }\n';
  const files = {
    'prod/pod.yaml': text,
    'prod/values.yaml': 'image: { repository: registry.example/prod/api, tag: "" }\n',
  };
  const { asked, texts, findings } = await fixed(files, []);
  expect(texts).toEqual({});
  expect(asked).toEqual(['a.io/a:1', 'dead.io/a:1']);
  expect(findings.map(({ severity, message }) => [severity, message.split('not fixed: ')[1]])).toEqual([
    ['warning', 'there is no a.io/a:1'],
    ['warning', 'nobody is there'],
    ['warning', 'the file does not say which repository and tag'],
  ]);
});

it('finds nothing more to fix in what it wrote', async () => {
  const { texts } = await fixed({ 'prod/Dockerfile': 'FROM node:24\n' }, ['docker.io/library/node:24']);
  expect((await fixed(texts, [])).findings).toEqual([]);
});

it('asks where an image is pushed, and writes where it is pulled from', async () => {
  const registry = '[{ push: push.example/prod, pull: registry.example/prod }]';
  const mirrored = parseEnvironments(
    `version: 1\nimages: { api: {} }\nenvironments:\n  prod: { from: build, registry: ${registry}, files: ["prod/**"] }\n`,
    'environments.yaml',
  );
  const text =
    'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "registry.example/prod/api:1" }] }\n';
  const { asked, texts } = await fixed({ 'prod/pod.yaml': text }, ['push.example/prod/api:1'], mirrored);
  expect(asked).toEqual(['push.example/prod/api:1']);
  expect(texts).toEqual({ 'prod/pod.yaml': text.replace('api:1', `api:1@${DIGEST}`) });
});

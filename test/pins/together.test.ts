import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const OURS = 'registry.example/prod/api';
const OTHER = 'registry.example/dev/api';

function implied(files: Record<string, string>, beside: Record<string, string> = {}) {
  const { rules, reported, settled, registries } = impliedPins({
    texts: new Map(Object.entries(files)),
    beside: new Map(Object.entries(beside)),
    known: knownFor([OURS, OTHER]),
    isTarget: (_, repository) => repository === (OURS as RepositoryName),
  });
  return {
    rules: rules.map(({ file, path, kind, document }) => `${file} ${document ?? ''}:${path} ${kind}`),
    reported: reported.map(
      ({ file, line, column, text, kind }) => `${kind} ${file}:${line}:${column} ${text}`,
    ),
    settled: [...settled.keys()],
    registries: [...registries.keys()],
  };
}

const service = (image: string) => `services:\n  api:\n    image: ${image}\n`;

describe('a chart of a repository that a helmfile names', () => {
  const repositories = (url = 'registry.example/prod', more = ', oci: true') =>
    `repositories: [{ name: ours, url: "${url}"${more} }]\n`;
  const releases = 'releases:\n  - name: api\n    chart: ours/api\n    version: 1.0.0\n';

  it('is a pin of its version, there or in a helmfile beside it', () => {
    const rules = ['prod/helmfile.yaml 0:releases[0].version tag'];
    expect(implied({ 'prod/helmfile.yaml': `${repositories()}${releases}` })).toMatchObject({
      rules,
      reported: [],
    });
    expect(
      implied({ 'prod/helmfile.yaml': `${repositories('oci://registry.example/prod/', '')}${releases}` })
        .rules,
    ).toEqual(rules);
    expect(implied({ 'prod/helmfile.yaml': releases }, { 'helmfile.yaml': repositories() }).rules).toEqual(
      rules,
    );
  });

  it('is none of a repository that is no registry, or of another name', () => {
    expect(implied({ 'prod/helmfile.yaml': `${repositories(undefined, '')}${releases}` }).rules).toEqual([]);
    expect(
      implied({ 'prod/helmfile.yaml': `${repositories()}${releases.replace('ours/', 'other/')}` }).rules,
    ).toEqual([]);
  });

  it('is told where it is another environment’s, or in a template', () => {
    expect(
      implied({ 'prod/helmfile.yaml': `${repositories('registry.example/dev')}${releases}` }),
    ).toMatchObject({
      rules: [],
      reported: [`told prod/helmfile.yaml:5:14 ${OTHER} 1.0.0`],
    });
    expect(
      implied({ 'prod/helmfile.yaml.gotmpl': `${repositories()}{{ if .x }}\n${releases}{{ end }}\n` }),
    ).toMatchObject({
      rules: [],
      reported: [`told prod/helmfile.yaml.gotmpl:6:14 ${OURS} 1.0.0`],
    });
  });
});

describe('a variable of .env that a compose file takes', () => {
  it.each([
    [`${OURS}:\${TAG:-1.0}`, 'TAG=0.9'],
    [`"${OURS}:\${TAG-1.0}"`, 'export TAG="0.9"'],
    [`${OURS}:$TAG`, 'TAG=0.9 # pinned'],
    [`${OURS}:\${TAG}`, 'A=1\nTAG=0.9'],
    [`${OURS}:\${TAG:?no tag}`, 'TAG=0.9'],
  ])('is a pin where it is the whole tag: %s', (image, env) => {
    const found = implied({ 'prod/compose.yaml': service(image), 'prod/.env': env });
    expect(found).toMatchObject({
      rules: ['prod/.env :TAG tag'],
      reported: [],
      settled: ['prod/compose.yaml'],
    });
  });

  it('is a pin in a file from another environment where the compose file names the repository itself', () => {
    const files = { 'compose.yaml': service(`${OTHER}:\${TAG:-1}`), '.env': 'TAG=0.9' };
    expect(implied(files).rules).toEqual(['.env :TAG tag']);
    expect(implied({ ...files, 'compose.yaml': service(`${OTHER}:\${TAG}`) })).toMatchObject({
      rules: [],
      reported: ['told .env:1:5 TAG=0.9'],
    });
  });

  it.each([
    ['half a tag', `${OURS}:v\${TAG:-1.0}`, 'TAG=0.9', 'told prod/.env:1:5 TAG=0.9'],
    [
      'a registry',
      `\${HOST:-x.example}/prod/api:1.0`,
      'HOST=registry.example',
      'told prod/.env:1:6 HOST=registry.example',
    ],
  ])('is told where it is %s', (_, image, env, expected) => {
    const found = implied({ 'prod/compose.yaml': service(image), 'prod/.env': env });
    expect(found).toMatchObject({ rules: [], reported: [expected] });
  });

  it('is told where the file is none of the environment’s', () => {
    const found = implied({ 'a/compose.yaml': service(`${OURS}:\${TAG:-1.0}`) }, { 'a/.env': 'TAG=0.9' });
    expect(found).toMatchObject({ rules: [], reported: ['told a/.env:1:5 TAG=0.9'] });
    const whole = implied(
      { 'a/compose.yaml': service(`\${API:-${OURS}:1}`) },
      { 'a/.env': `API=${OURS}:0.9` },
    );
    expect(whole.reported).toEqual([`told a/.env:1:5 API=${OURS}:0.9`]);
  });

  it.each([
    ['another variable', `${OURS}:\${TAG:-1.0}`, 'OTHER=0.9'],
    ['an empty one', `${OURS}:\${TAG:-1.0}`, 'TAG='],
    ['another image', `registry.example/x/api:\${TAG:-1.0}`, 'TAG=0.9'],
    ['a dollar sign', `${OURS}:1$$TAG`, 'TAG=0.9'],
    ['the whole reference, which names itself', `\${TAG:-${OURS}:1}`, `TAG=${OURS}:0.9`],
  ])('is nothing where it is %s', (_, image, env) => {
    expect(implied({ 'compose.yaml': service(image), '.env': env })).toMatchObject({
      rules: [],
      reported: [],
    });
  });

  it('is nothing in another folder', () => {
    const files = { 'a/compose.yaml': service(`${OURS}:\${TAG:-1.0}`), '.env': 'TAG=0.9' };
    expect(implied(files)).toMatchObject({ rules: [], reported: [] });
  });
});

describe('a registry that one file of values gives to the images of another', () => {
  const global = 'global: { imageRegistry: registry.example }\n';

  it.each([
    ['of the same folder', 'prod/common.yaml', 'prod/api.yaml'],
    ['of the same chart', 'prod/values.yaml', 'prod/ci/values.yaml'],
  ])('makes them pins %s', (_, first, second) => {
    const found = implied({
      'prod/Chart.yaml': 'name: chart\n',
      [first]: global,
      [second]: 'image: { repository: prod/api, tag: "1.0.0", digest: "" }\n',
    });
    expect(found).toMatchObject({
      rules: [`${second} 0:image.tag tag`, `${second} 0:image.digest digest`],
      registries: [second],
    });
  });

  it('makes them mentions where it is not the environment’s, or where two registries are given', () => {
    const values = 'image: { repository: dev/api, tag: "1.0.0" }\n';
    expect(implied({ 'a.yaml': global, 'b.yaml': values })).toMatchObject({
      rules: [],
      registries: ['b.yaml'],
    });
    const two = implied({
      'a.yaml': global,
      'c.yaml': 'global: { hub: registry.example/x } # registry.example\n',
      'b.yaml': 'image: { repository: prod/api, tag: "1.0.0" }\n',
    });
    expect(two).toMatchObject({ rules: [], registries: ['b.yaml'] });
  });

  it.each([
    [
      'in another folder',
      { 'a/common.yaml': global, 'b/api.yaml': 'image: { repository: prod/api, tag: "1" }\n' },
    ],
    [
      'where the file has its own',
      { 'a.yaml': global, 'b.yaml': `${global}image: { repository: prod/api, tag: "1" }\n` },
    ],
    ['with a host', { 'a.yaml': global, 'b.yaml': `image: { repository: ${OURS}, tag: "1" }\n` }],
    ['without a tag', { 'a.yaml': global, 'b.yaml': 'image: { repository: prod/api }\n' }],
  ])('makes none %s', (_, files) => expect(implied(files).rules).toEqual([]));
});

describe('a Flux release whose HelmRepository lies in another file', () => {
  const source = (url: string) =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: { name: ours, namespace: flux }\nspec: { type: oci, url: "${url}" }\n`;
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: api, namespace: flux }\nspec: { chart: { spec: { chart: api, version: 1.0.0, sourceRef: { kind: HelmRepository, name: ours } } } }\n`;

  it('pins its chart', () => {
    const files = { 'a.yaml': source('oci://registry.example/prod/'), 'b.yaml': `x: 1\n---\n${release}` };
    expect(implied(files).rules).toEqual(['b.yaml 1:spec.chart.spec.version tag']);
  });

  it('is told where the HelmRepository is that of another environment', () => {
    const files = { 'a.yaml': source('oci://registry.example/dev'), 'b.yaml': release };
    expect(implied(files)).toMatchObject({ rules: [], reported: [`told b.yaml:4:47 ${OTHER} 1.0.0`] });
  });

  it.each([
    ['names another', release.replace('name: ours', 'name: theirs')],
    ['means one of another namespace', release.replace('namespace: flux', 'namespace: apps')],
    ['takes another chart', release.replace('chart: api', 'chart: other')],
  ])('is nothing of ours where it %s', (_, text) => {
    const files = { 'a.yaml': source('oci://registry.example/prod'), 'b.yaml': `${text}# api\n` };
    expect(implied(files)).toMatchObject({ rules: [], reported: [] });
  });

  it('is left to its own file where that holds both', () => {
    const text = `${source('oci://registry.example/prod')}---\n${release}`;
    expect(implied({ 'a.yaml': text })).toMatchObject({ rules: [], reported: [] });
  });
});

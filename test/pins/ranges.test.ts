import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { findMentions } from '../../src/pins/mentions/find-mentions.ts';
import { readFile } from '../../src/pins/read.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const OURS = 'registry.example/prod/api' as RepositoryName;
const known = knownFor([OURS]);
const DIGEST = `sha256:${'a'.repeat(64)}`;
const ARTIFACT = (ref: string) =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec: { url: "oci://${OURS}", ref: { ${ref} } }\n`;
const APPLICATION = (source: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: { source: { ${source} } }\n`;
const REPOSITORY =
  'kind: HelmRepository\nmetadata: { name: us }\nspec: { url: oci://registry.example/prod }\n';
const RELEASE = (version: string) =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: { chart: { spec: { chart: api, version: "${version}", sourceRef: { name: us } } } }\n`;

/** Pins and mentions of one file. */
function found(text: string) {
  const reading = readFile('a.yaml', text, [], { known });
  return [
    ...reading.sites.map(({ kind }) => kind),
    ...findMentions(reading, known).map(({ kind, line }) => `${kind} ${line}`),
  ];
}

describe('a range of versions decides what runs, so it is told', () => {
  it.each([
    ['of an OCIRepository', ARTIFACT('semver: ">=1.0.0"'), ['told 3']],
    ['that is stronger than the tag beside it', ARTIFACT('semver: ">=1.0.0", tag: 1.0.0'), ['told 3']],
    ['but not of one with a digest', ARTIFACT(`semver: ">=1.0.0", digest: "${DIGEST}"`), ['pin']],
    ['nor an empty one', ARTIFACT('semver: "", tag: 1.0.0'), ['pin']],
    [
      'of an application’s chart',
      APPLICATION('repoURL: registry.example/prod, chart: api, targetRevision: "~1.0"'),
      ['told 3'],
    ],
    [
      'of an application’s artifact',
      APPLICATION(`repoURL: "oci://${OURS}", targetRevision: "1.*"`),
      ['told 3'],
    ],
  ])('%s', (_, text, expected) => expect(found(text)).toEqual(expected));

  it.each<[string, Record<string, string>, readonly string[]]>([
    ['of a release', { 'a.yaml': RELEASE('>=1.0'), 'b.yaml': REPOSITORY }, [`a.yaml:3 ${OURS} >=1.0`]],
    ['of a release beside it', { 'a.yaml': `${REPOSITORY}---\n${RELEASE('~1')}` }, [`a.yaml:7 ${OURS} ~1`]],
    ['but no version of a release', { 'a.yaml': RELEASE('1.0.0'), 'b.yaml': REPOSITORY }, []],
    [
      'of a helmfile',
      {
        'helmfile.yaml':
          'repositories: [{ name: us, url: registry.example/prod, oci: true }]\nreleases: [{ name: a, chart: us/api, version: ^1 }]\n',
      },
      [`helmfile.yaml:2 ${OURS} ^1`],
    ],
  ])('%s, with the cure', (_, files, expected) => {
    const { reported } = impliedPins({
      texts: new Map(Object.entries(files)),
      beside: new Map(),
      known,
      isTarget: () => true,
    });
    expect(reported.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual(expected);
    for (const { kind, cure } of reported) expect(`${kind} ${cure}`).toMatch(/^told write one version/);
  });
});

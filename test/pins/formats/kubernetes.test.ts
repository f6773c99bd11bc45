import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, NEW, OLD } from '../marked.ts';

const pod = (container: string) => `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - ${container}\n`;

describe('a container image', () => {
  it.each([
    ['gets a new tag and a digest', 'image: ghcr.io/acme/api:«1.2.3|1.3.0@NEW»'],
    ['keeps the comment behind it', 'image: ghcr.io/acme/api:«1.2.3|1.3.0@NEW»   # by team a'],
    ['keeps double quotes', 'image: "ghcr.io/acme/api:«1.2.3|1.3.0@NEW»"'],
    ['keeps single quotes', "image: 'ghcr.io/acme/api:«1.2.3@OLD|1.3.0@NEW»'"],
    ['keeps its anchor and tag', 'image: &api !!str ghcr.io/acme/api:«1.2.3|1.3.0@NEW»'],
    ['keeps a flow mapping', '{ name: api, image: ghcr.io/acme/api:«1.2.3|1.3.0@NEW» }'],
    ['keeps a JSON line', '{"name":"api","image":"ghcr.io/acme/api:«1.2.3|1.3.0@NEW»","tty":true}'],
    ['gets both where it had neither', 'image: ghcr.io/acme/api«|:1.3.0@NEW»'],
    ['stays without a tag where a digest alone pins it', 'image: ghcr.io/acme/api@«OLD|NEW»'],
    ['keeps a short name that stands for the same repository', 'image: nginx:«1|1.3.0@NEW»'],
    ['keeps the port of its registry', 'image: localhost:5000/api:«1|1.3.0@NEW»'],
    ['keeps an image layout', 'image: oci:./registries/dev/api:«1|1.3.0@NEW»'],
  ])('%s', (_, container) => expectEdits(pod(container)));

  it('moves to the target’s repository', () => {
    const text = pod('image: «ghcr.io/acme/dev/api:1.2.3|eu.acme.com/prod/api:1.3.0@NEW»');
    expectEdits(text, { repository: 'eu.acme.com/prod/api' });
  });

  it('loses its tag where the target has none', () => {
    expectEdits(pod('image: ghcr.io/acme/api«:1.2.3|@NEW»'), { tag: null });
  });
});

describe('objects that describe pods', () => {
  it.each([
    ['init containers', 'v1', 'Pod', 'spec: { initContainers: [{ image: a/b:«1|1.3.0@NEW» }] }'],
    ['ephemeral containers', 'v1', 'Pod', 'spec: { ephemeralContainers: [{ image: a/b:«1|1.3.0@NEW» }] }'],
    ['image volumes', 'v1', 'Pod', 'spec: { volumes: [{ image: { reference: a/b:«1|1.3.0@NEW» } }] }'],
    [
      'a custom kind',
      'argoproj.io/v1alpha1',
      'Rollout',
      'spec: { template: { containers: [{ image: a/b:«1|1.3.0@NEW» }] } }',
    ],
    [
      'Helm values of a release',
      'helm.toolkit.fluxcd.io/v2',
      'HelmRelease',
      'spec: { values: { api: { repository: a/b, tag: «1|1.3.0@NEW» } } }',
    ],
    [
      'Helm values in a list',
      'v1',
      'List',
      'items: [{ kind: HelmRelease, spec: { values: { api: { repository: a/b, tag: «1|1.3.0@NEW» } } } }]',
    ],
    [
      'Helm values of an application',
      'argoproj.io/v1alpha1',
      'Application',
      'spec: { sources: [{ helm: { valuesObject: { image: a/b:«1|1.3.0@NEW» } } }] }',
    ],
    [
      'images of a Flux kustomization',
      'kustomize.toolkit.fluxcd.io/v1',
      'Kustomization',
      'spec: { images: [{ name: a/b, newTag: «1|1.3.0, digest: NEW» }] }',
    ],
  ])('%s are found and edited', (_, apiVersion, kind, spec) =>
    expectEdits(`apiVersion: ${apiVersion}\nkind: ${kind}\n${spec}\n`),
  );

  it('are found in every document and in lists, with a locator of their own', () => {
    const container = (image: string) => `{ containers: [{ image: '${image}' }, { image: '${image}' }] }`;
    const text = [
      `apiVersion: v1\nkind: Pod\nspec: ${container('a/b:1')}`,
      '# only a comment',
      `apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: Pod, spec: ${container('a/b:2')} }]`,
      `${pod('image: a/b:3')}`,
    ].join('\n---\n');
    expect(findPins('pods.yaml', text).map(pin => [pin.locator, pin.line, pinValue(pin)])).toEqual([
      ['0:spec.containers[0].image', 3, 'docker.io/a/b:1'],
      ['0:spec.containers[1].image', 3, 'docker.io/a/b:1'],
      ['2:items[0].spec.containers[0].image', 9, 'docker.io/a/b:2'],
      ['2:items[0].spec.containers[1].image', 9, 'docker.io/a/b:2'],
      ['3:spec.containers[0].image', 15, 'docker.io/a/b:3'],
    ]);
  });

  it('read to repository, tag and digest', () => {
    expect(findPins('pod.yaml', pod(`image: ghcr.io/acme/api:1.2.3@${OLD}`))).toEqual([
      {
        file: 'pod.yaml',
        locator: '0:spec.containers[0].image',
        format: 'kubernetes',
        line: 5,
        repository: 'ghcr.io/acme/api',
        tag: '1.2.3',
        digest: OLD,
      },
    ]);
  });

  it.each([
    ['a variable', pod('image: $(IMAGE)')],
    ['nothing', pod('image:')],
    [
      'an image outside a container',
      `apiVersion: v1\nkind: ConfigMap\ndata: { image: 'ghcr.io/a/b@${NEW}' }`,
    ],
    [
      'a schema that names containers',
      'apiVersion: v1\nkind: Schema\ncontainers: { image: { type: string } }',
    ],
  ])('%s is no pin', (_, text) => expect(findPins('pod.yaml', text)).toEqual([]));
});

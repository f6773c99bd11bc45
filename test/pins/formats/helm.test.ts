import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, OLD } from '../marked.ts';

describe('a mapping of Helm values', () => {
  it.each([
    [
      'without a digest key: the tag takes both',
      'image:\n  repository: ghcr.io/acme/api\n  tag: «1.2.3|1.3.0@NEW»\n',
    ],
    [
      'that holds both in the tag',
      'image:\n  repository: ghcr.io/acme/api\n  tag: "«1.2.3@OLD|1.3.0@NEW»"\n',
    ],
    [
      'with a digest key',
      'api:\n  tag: «1.2.3|1.3.0»\n  digest: «OLD|NEW»\n  repository: ghcr.io/acme/api\n',
    ],
    ['with an empty digest', 'api: { repository: ghcr.io/acme/api, tag: «1.2.3|1.3.0», digest: "«|NEW»" }\n'],
    ['with a null digest', 'api: { repository: ghcr.io/acme/api, tag: «1.2.3|1.3.0», digest: «~|NEW» }\n'],
    [
      'whose tag moves to the digest key',
      'repository: ghcr.io/acme/api\ntag: «1.2.3@OLD|1.3.0»\ndigest:« | NEW»\n',
    ],
    ['that pins by digest alone', 'repository: ghcr.io/acme/api\ntag: ""\ndigest: «OLD|NEW»\n'],
    ['with a digest key only', 'repository: ghcr.io/acme/api\ndigest:«| NEW»\n'],
    ['with an empty tag', "repository: ghcr.io/acme/api\ntag: '«|1.3.0@NEW»'\n"],
    ['with nothing after the tag’s colon', 'repository: ghcr.io/acme/api\ntag:«| 1.3.0@NEW»\nother: 1\n'],
    [
      'with a comment in the tag’s place',
      'repository: ghcr.io/acme/api\ntag: «|1.3.0@NEW »# set by promote\n',
    ],
    ['with an anchor in the tag’s place', 'repository: ghcr.io/acme/api\ntag: &tag« | 1.3.0@NEW »# anchor\n'],
    ['whose flow leaves the tag out', '{ repository: ghcr.io/acme/api, tag:«| 1.3.0@NEW»}\n'],
    ['with a whole image', 'api:\n  image: ghcr.io/acme/api:«1.2.3|1.3.0@NEW»\n'],
    ['with an image that names its host', 'api:\n  image: ghcr.io/acme/api«|:1.3.0@NEW»\n'],
    ['with an image and a tag beside it', 'api:\n  image: ghcr.io/acme/api\n  tag: «1.2.3|1.3.0@NEW»\n'],
    [
      'under a key of its own name',
      'list:\n  - sidecarImage:\n      repository: ghcr.io/acme/api\n      tag: «1|1.3.0@NEW»\n',
    ],
    ['in a later document', 'a: 1\n--- # second\nrepository: ghcr.io/acme/api\ntag: «1|1.3.0@NEW»\n...\n'],
    ['with a registry', 'registry: ghcr.io\nrepository: acme/api\ntag: «1|1.3.0@NEW»\n'],
    ['with an empty registry', 'registry: ""\nrepository: ghcr.io/acme/api\ntag: «1|1.3.0@NEW»\n'],
  ])('%s', (_, text) => expectEdits(text));

  it.each([
    ['a repository', 'repository: «ghcr.io/acme/api|eu.acme.com/prod/api»\ntag: «1|1.3.0@NEW»\n'],
    [
      'registry and path',
      'registry: «ghcr.io|eu.acme.com»\nrepository: «acme/api|prod/api»\ntag: «1|1.3.0@NEW»\n',
    ],
    [
      'a registry with a prefix',
      'registry: «ghcr.io/dev|eu.acme.com/prod»\nrepository: api\ntag: «1|1.3.0@NEW»\n',
    ],
    ['an empty registry', 'registry:\nrepository: «ghcr.io/api|eu.acme.com/prod/api»\ntag: «1|1.3.0@NEW»\n'],
    ['an image', 'image: "«ghcr.io/dev/api:1|eu.acme.com/prod/api:1.3.0@NEW»"\n'],
    ['an image with a tag beside it', 'image: «ghcr.io/dev/api|eu.acme.com/prod/api»\ntag: «1|1.3.0@NEW»\n'],
  ])('moves to the target’s repository: %s', (_, text) =>
    expectEdits(text, { repository: 'eu.acme.com/prod/api' }),
  );

  it('reads registry and repository as one', () => {
    const text = `image:\n  registry: docker.io\n  repository: nginx\n  tag: 1.10\n  digest: ${OLD}\n`;
    expect(findPins('values.yaml', text)).toEqual([
      {
        file: 'values.yaml',
        locator: '0:image',
        format: 'helm',
        line: 4,
        repository: 'docker.io/library/nginx',
        tag: '1.10',
        digest: OLD,
      },
    ]);
  });

  it('is found beside a Git repository and a whole image in one mapping', () => {
    const text = 'repository: ghcr.io/acme/api\ntag: "1"\nimage: ghcr.io/acme/web:2\n';
    expect(findPins('values.yaml', text).map(pinValue)).toEqual(['ghcr.io/acme/api:1', 'ghcr.io/acme/web:2']);
  });

  it.each([
    ['an image’s bare name', 'image: podinfo'],
    ['a chart’s repository', 'repository: https://charts.acme.com\ntag: v1'],
    ['an OCI chart', 'repository: oci://ghcr.io/acme/charts\ntag: v1'],
    ['a repository without tag or digest', 'image: { repository: ghcr.io/acme/api }'],
    ['a template', 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"'],
    ['a tag that is none', 'image: { repository: ghcr.io/acme/api, tag: "{{ .Chart.AppVersion }}" }'],
    ['a digest that is none', 'image: { repository: ghcr.io/acme/api, tag: v1, digest: auto }'],
    ['a mapping where the tag should be', 'image: { repository: ghcr.io/acme/api, tag: { a: b } }'],
    ['a flow key without a value', '{ repository: ghcr.io/acme/api, tag }'],
  ])('%s is no pin', (_, text) => expect(findPins('values.yaml', text)).toEqual([]));
});

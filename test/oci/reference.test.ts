import { describe, expect, it } from 'vitest';
import {
  canonicalRegistry,
  formatReference,
  parseReference,
  pathOf,
  registryOf,
} from '../../src/oci/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['ghcr.io/acme/api', 'ghcr.io/acme/api', undefined, undefined],
    ['ghcr.io/acme/api:1.2.3', 'ghcr.io/acme/api', '1.2.3', undefined],
    [`ghcr.io/acme/api@${DIGEST}`, 'ghcr.io/acme/api', undefined, DIGEST],
    [`ghcr.io/acme/api:1.2.3@${DIGEST}`, 'ghcr.io/acme/api', '1.2.3', DIGEST],
    ['localhost:5000/api', 'localhost:5000/api', undefined, undefined],
    ['localhost:5000/api:x', 'localhost:5000/api', 'x', undefined],
    ['[::1]:5000/api:x', '[::1]:5000/api', 'x', undefined],
    ['localhost/api', 'localhost/api', undefined, undefined],
    ['GHCR.io/acme/api', 'ghcr.io/acme/api', undefined, undefined],
    ['nginx', 'docker.io/library/nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io/library/nginx', '1.27', undefined],
    ['bitnami/nginx', 'docker.io/bitnami/nginx', undefined, undefined],
    ['docker.io/nginx', 'docker.io/library/nginx', undefined, undefined],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx', undefined, undefined],
    ['registry-1.docker.io/a/b', 'docker.io/a/b', undefined, undefined],
    ['registry.hub.docker.com/library/nginx', 'docker.io/library/nginx', undefined, undefined],
    ['Index.Docker.IO/nginx', 'docker.io/library/nginx', undefined, undefined],
    ['a.example/x__y/z--1.0', 'a.example/x__y/z--1.0', undefined, undefined],
    ['oci:./layout', 'oci:./layout', undefined, undefined],
    ['oci:./layout/api:1.0', 'oci:./layout/api', '1.0', undefined],
    [`oci:/abs/api:1.0@${DIGEST}`, 'oci:/abs/api', '1.0', DIGEST],
    [`oci:../up@${DIGEST}`, 'oci:../up', undefined, DIGEST],
  ])('reads %s', (text, repository, tag, digest) => {
    const reference = parseReference(text);
    expect([reference.repository, reference.tag, reference.digest]).toEqual([repository, tag, digest]);
    expect(parseReference(formatReference(reference))).toEqual(reference);
  });

  it.each([
    '',
    ' ',
    'oci:',
    'ghcr.io/',
    'ghcr.io/Acme/api',
    'ghcr.io/acme//api',
    'ghcr.io/acme/api:',
    'ghcr.io/acme/api:-x',
    `ghcr.io/acme/api:${'t'.repeat(129)}`,
    'ghcr.io/acme/api@sha256:abc',
    `ghcr.io/acme/api@sha256:${'A'.repeat(64)}`,
    `ghcr.io/acme/api@md5:${'a'.repeat(32)}`,
    'https://ghcr.io/acme/api',
    'ghcr.io/acme/api:1\n2',
    'ghcr.io/acme/a pi',
    'ghcr.io/-acme/api',
    `${'a/'.repeat(200)}b`,
    '{{ .Values.image }}',
    'localhost:99999/a:1',
    '256.256.256.256/a:1',
    '[::::]:5000/a:1',
  ])('refuses %j', text => {
    expect(() => parseReference(text)).toThrowError(expect.objectContaining({ code: 'INVALID' }));
  });

  it.each([
    ['oci://ghcr.io/acme/api', 'write ghcr.io/acme/api,'],
    ['oci://./layout/api:1.0', 'write oci:./layout/api,'],
    ['oci:///srv/layout', 'write oci:/srv/layout,'],
    ['docker://ghcr.io/acme/api', 'write ghcr.io/acme/api,'],
    ['https://ghcr.io/acme/api', 'write ghcr.io/acme/api,'],
  ])('refuses %s with the right spelling', (text, spelling) => {
    expect(() => parseReference(text)).toThrowError(
      expect.objectContaining({ code: 'INVALID', message: expect.stringContaining(spelling) }),
    );
  });

  it.each([
    ['ghcr.io/acme/', 'ghcr.io/acme'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io/acme//', 'docker.io/acme'],
    ['Registry.Example:5000/{image}-prod', 'registry.example:5000/{image}-prod'],
    ['oci:../Prod/', 'oci:../Prod'],
  ])('calls the registry %s %s', (text, canonical) => {
    expect(canonicalRegistry(text)).toBe(canonical);
  });

  it('tells registry and path apart', () => {
    const { repository } = parseReference('localhost:5000/team/api:1');
    expect([registryOf(repository), pathOf(repository)]).toEqual(['localhost:5000', 'team/api']);
    const layout = parseReference('oci:./registries/dev/api').repository;
    expect([registryOf(layout), pathOf(layout)]).toEqual(['oci:', './registries/dev/api']);
  });
});

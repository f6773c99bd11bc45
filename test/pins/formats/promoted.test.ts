import { expect, it } from 'vitest';
import { findPins, findSites } from '../../../src/pins/find.ts';
import { expectEdits } from '../marked.ts';

const COMPOSE = `services:
  api:
    image: «ghcr.io/acme/dev/api:1.2.3|eu.acme.com/prod/api:1.3.0@NEW»   # ours
  next:
    image: "«ghcr.io/acme/dev/api@OLD|eu.acme.com/prod/api@NEW»"
  web:
    image: «ghcr.io/acme/dev|eu.acme.com/prod»/api:\${TAG:-«1.2.3|1.3.0»}@«OLD|NEW»
`;

it.each([
  ['compose.yaml', COMPOSE],
  ['Dockerfile', 'FROM «ghcr.io/acme/dev/api:1|eu.acme.com/prod/api:1.3.0@NEW» AS base\n'],
  ['Dockerfile', 'ARG V=«1|1.3.0»\nFROM «ghcr.io/acme/dev/api|eu.acme.com/prod/api»:$V@«OLD|NEW»\n'],
  ['.devcontainer.json', '{ "image": "«ghcr.io/acme/dev/api:1|eu.acme.com/prod/api:1.3.0@NEW»" } // ours\n'],
])('a %s is promoted like any deployment file', (file, text) => {
  expectEdits(text, { file, repository: 'eu.acme.com/prod/api' });
  expectEdits(text.replaceAll('\n', '\r\n'), { file, repository: 'eu.acme.com/prod/api' });
});

it('a rule claims a pin of a compose file for its image', () => {
  const rules = [{ image: 'api', path: 'services.api.image', kind: 'reference' }] as const;
  const images = (name: string) =>
    findPins('compose.yaml', `services: { api: { image: "${name}:1" } }`, rules).map(pin => [
      pin.format,
      pin.image,
    ]);
  expect(images('ghcr.io/acme/api')).toEqual([['compose', 'api']]);
  expect(images('api')).toEqual([['rule', 'api']]);
});

it.each([
  ['.github/workflows/ci.yml', 'jobs: { a: { container: ghcr.io/acme/api:1 } }'],
  ['.github/values.yaml', 'image: ghcr.io/acme/api:1'],
  ['.gitlab-ci.yml', 'image: ghcr.io/acme/api:1'],
])('what a CI runs is read and no pin of a promotion: %s', (file, text) => {
  expect(findSites(file, text)).toHaveLength(1);
  expect(findPins(file, text)).toEqual([]);
});

it('what a comment says to ignore is no pin', () => {
  expect(findPins('values.yaml', 'image: ghcr.io/acme/api:1 # promote: ignore by hand\n')).toEqual([]);
});

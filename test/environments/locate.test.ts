import { describe, expect, it } from 'vitest';
import {
  environmentNamed,
  ownsFile,
  pullRepository,
  pushRepository,
  registryForFile,
} from '../../src/environments/locate.ts';
import { normaliseImage } from '../../src/environments/normalise/environments.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith } from './problems.ts';

const environments = parseEnvironments(
  fileWith({}).replace(
    'ghcr.io/acme/prod',
    '[{ push: eu.io/x, pull: m.io/x, files: ["prod/eu/**"] }, { push: us.io/x }]',
  ),
  'environments.yaml',
);
const prod = environmentNamed(environments, 'prod');
const image = normaliseImage('api', { repository: 'team-a/api' });

describe('locating', () => {
  it('names the environments there are where one is unknown', () => {
    expect(() => environmentNamed(environments, 'qa')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('dev, prod') }),
    );
  });

  it.each([
    ['prod/a/values.yaml', true],
    ['prod/values.yaml', true],
    ['prod/.hidden/values.yaml', false],
    ['dev/values.yaml', false],
  ])('knows whether %s is the environment’s', (path, expected) => {
    expect(ownsFile(prod, path)).toBe(expected);
  });

  it.each([
    ['prod/eu/values.yaml', 'eu.io/x'],
    ['prod/us/values.yaml', 'us.io/x'],
  ])('finds the registry that %s names', (path, push) => {
    expect(registryForFile(prod, path)?.push).toBe(push);
  });

  it.each([
    ['ghcr.io/acme/prod', 'ghcr.io/acme/prod/team-a/api'],
    ['ghcr.io/acme/{image}-prod', 'ghcr.io/acme/api-prod'],
    ['oci:./prod', 'oci:./prod/team-a/api'],
  ])('places an image under %s', (registry, repository) => {
    expect(pushRepository({ push: registry, pull: 'm.io/x', files: [] }, image)).toBe(repository);
    expect(pullRepository({ push: 'm.io/x', pull: registry, files: [] }, image)).toBe(repository);
  });
});

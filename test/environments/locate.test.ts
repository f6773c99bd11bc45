import { describe, expect, it } from 'vitest';
import {
  commonDirectory,
  environmentNamed,
  matchesGlob,
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

  it.each<[readonly string[], readonly string[], string, boolean]>([
    [['apps/**', '!apps/*/tests/**'], [], 'apps/api/values.yaml', true],
    [['apps/**', '!apps/*/tests/**'], [], 'apps/api/tests/values.yaml', false],
    [['!apps/*/tests/**', 'apps/**'], [], 'apps/api/tests/values.yaml', false],
    [['apps/**'], ['**/README.md'], 'apps/README.md', false],
    [['apps/**'], ['**/README.md'], 'apps/api.yaml', true],
    [['apps/.x/**'], ['apps/**'], 'apps/.x/a.yaml', false],
    [['apps/!(a).yaml'], [], 'apps/b.yaml', true],
    [['apps/!(a).yaml'], [], 'apps/a.yaml', false],
  ])('of files %j without %j, knows %s', (files, exclude, path, expected) => {
    expect(ownsFile({ files, exclude }, path)).toBe(expected);
  });

  it('finds a registry by files of which some are left out', () => {
    const push = (path: string) => {
      const registries = [
        { push: 'a.io/x', pull: 'a.io/x', files: ['prod/**', '!prod/us/**'] },
        { push: 'b.io/x', pull: 'b.io/x', files: [] },
      ];
      return registryForFile({ ...prod, registries }, path)?.push;
    };
    expect([push('prod/a.yaml'), push('prod/us/a.yaml')]).toEqual(['a.io/x', 'b.io/x']);
  });

  it('matches hostile globs and paths in steps that do not multiply', () => {
    const stars = (count: number) => matchesGlob('a'.repeat(4000), `${'*a'.repeat(count)}b`);
    expect([stars(2), stars(40), stars(400)]).toEqual([false, false, false]);
    expect(matchesGlob('a'.repeat(200), '*(a*)*(a*)*(a*)*(a*)*(a*)b')).toBe(false);
    expect(matchesGlob('a/'.repeat(200), `${'**/a/'.repeat(40)}b`)).toBe(false);
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

describe('the directory that all files of an environment are below', () => {
  it.each([
    [['production/*.yaml'], 'production'],
    [['clusters/eu/production/**/*.yaml', 'clusters/us/production/*.yaml', '!other/x.yaml'], 'clusters'],
    [['apps/{api,web}/production.yaml'], 'apps'],
    [['a/production.yaml', 'b/production.yaml'], ''],
    [['a/b/c.yaml', 'a/b/d.yaml'], 'a/b'],
    [['ab/c.yaml', 'a/c.yaml'], ''],
    [['*.yaml'], ''],
    [['production.yaml'], ''],
  ])('of %j is %j', (files, expected) => {
    expect(commonDirectory({ files })).toBe(expected);
  });
});

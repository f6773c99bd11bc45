import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { CleanUpFormat } from '../../src/reports/clean-ups/formats.ts';
import { cleanUpRules } from '../../src/reports/clean-ups/rules.ts';
import type { Kept, KeptImage } from '../../src/reports/keep.ts';
import { type Artifact, ECR, type Retain, SERVERS } from './clean-up-servers.ts';

const OLD = 400;

const REPOSITORIES = {
  ecr: ECR,
  harbor: 'harbor.example/production/api',
  ghcr: 'ghcr.io/acme/api',
  gitlab: 'registry.example/acme/shop/api',
  artifactory: 'art.example/docker-local/api',
} satisfies Record<CleanUpFormat, string>;

const EACH = Object.entries(REPOSITORIES) as [CleanUpFormat, string][];

describe('the rules of a clean-up', () => {
  it.each(EACH)('of %s delete what is old, and never what is needed or young', (format, repository) => {
    const images = ['1.4.0', 'v2_rc-1', '1.4'].map(tag => image(repository, { tags: [tag] }));
    const { text, unsaid } = rulesOf(keptOf(images), format, 90);
    expect(unsaid).toEqual([]);
    const isDeleted = SERVERS[format](text);
    const needed = images.flatMap(artifactsOf);
    expect(needed.filter(artifact => isDeleted({ ...artifact, days: OLD }))).toEqual([]);
    const other = { digest: digestOf('other'), tags: ['1.3.9'] };
    expect(isDeleted({ ...other, days: OLD })).toBe(true);
    expect(isDeleted({ ...other, tags: ['1x4'], days: OLD })).toBe(true);
    expect(isDeleted({ ...other, days: 30 })).toBe(false);
  });

  it.each(EACH)('of %s spare an image that no tag names', (format, repository) => {
    const untagged = image(repository, { tags: [] });
    const { text } = rulesOf(keptOf([untagged]), format, 90);
    const isDeleted = SERVERS[format](text);
    expect(artifactsOf(untagged).filter(artifact => isDeleted({ ...artifact, days: OLD }))).toEqual([]);
  });

  it.each(EACH)('of %s spare any number of tags, or say that they cannot', (format, repository) => {
    const word = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 120 }), tags => {
        const images = tags.map(tag => image(repository, { tags: [tag] }));
        const { text, unsaid } = rulesOf(keptOf(images), format, 90);
        if (unsaid.length > 0) return;
        const isDeleted = SERVERS[format](text);
        const lost = images.flatMap(artifactsOf).filter(artifact => isDeleted({ ...artifact, days: OLD }));
        expect(lost).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('print nothing for what does not fit, and say it', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const many = (repository: string) =>
      keptOf(letters.map(letter => image(repository, { tags: [`${letter}long-enough`] })));
    const ecr = rulesOf(many(ECR), 'ecr', 90);
    expect([JSON.parse(ecr.text), ecr.unsaid]).toEqual([{}, [expect.stringContaining('62 tags')]]);
    const gitlab = rulesOf(many(REPOSITORIES.gitlab), 'gitlab', 90);
    expect([gitlab.text, gitlab.unsaid]).toEqual(['', [expect.stringContaining('62 tags')]]);
  });

  it('say where patterns spare more than is needed', () => {
    const tags = Array.from({ length: 60 }, (_, at) => `1.${at}.0`);
    const { text, notes } = rulesOf(keptOf(tags.map(tag => image(ECR, { tags: [tag] }))), 'ecr', 90);
    expect(notes).toEqual([expect.stringContaining('60 tags are spared by wider patterns')]);
    expect(tags.filter(tag => SERVERS.ecr(text)({ digest: digestOf(tag), tags: [tag], days: OLD }))).toEqual(
      [],
    );
  });

  it('never delete from a repository that is only taken from, nor from one below another', () => {
    const build = image('harbor.example/build/api', { tags: ['1.4.0'], why: 'proposed' });
    const production = image(REPOSITORIES.harbor, { tags: ['1.4.0'] });
    const harbor = rulesOf(keptOf([build, production]), 'harbor', 90);
    expect(Object.keys(JSON.parse(harbor.text))).toEqual(['harbor.example/production']);
    expect(harbor.notes).toContainEqual(expect.stringContaining('harbor.example/build/api has no rules'));
    const { text } = rulesOf(keptOf([image(REPOSITORIES.artifactory, { tags: ['1'] })]), 'artifactory', 90);
    const below = { digest: digestOf('below'), tags: ['worker/9'], days: OLD };
    expect(SERVERS.artifactory(text)(below)).toBe(false);
  });

  it('are two for each folder of a project of Harbor', () => {
    const images = ['web', 'api', 'team/a', 'team/b'].map(name =>
      image(`harbor.example/production/${name}`, { tags: ['1'] }),
    );
    const { text } = rulesOf(keptOf(images), 'harbor', 90);
    const rules: readonly Retain[] = JSON.parse(text)['harbor.example/production'].rules;
    expect(rules.map(({ scope_selectors: { repository } }) => repository[0].pattern)).toEqual([
      '{web,api}',
      '{web,api}',
      'team/{a,b}',
      'team/{a,b}',
    ]);
  });

  it('are not printed where it is not known all that has to stay', () => {
    const error = new PromoteError('UNREACHABLE', 'no route to the host');
    const known = image(ECR, { tags: ['1'] });
    const unread: KeptImage = { ...known, parts: { state: 'unread', error } };
    expect(() => rulesOf(keptOf([known, unread]), 'ecr', 90)).toThrow('no route to the host');
    const failures = [{ environment: 'qa', error }];
    expect(() => rulesOf({ ...keptOf([known]), failures }, 'ecr', 90)).toThrow('qa: no route');
  });

  it.each([
    ['another registry', 'ecr', REPOSITORIES.ghcr, 'the images are in ghcr.io'],
    ['an age that GitLab does not offer', 'gitlab', REPOSITORIES.gitlab, '--older-than 7, 14, 30, 60, 90'],
  ] as const)('refuse %s', (_, format, repository, hint) => {
    const kept = keptOf([image(repository, { tags: ['1'] })]);
    expect(() => rulesOf(kept, format, 45)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(hint) }),
    );
  });

  it('spare in a shared repository what another environment needs, and are for the named ones', () => {
    const [mine, its] = [image(ECR, { tags: ['2'] }), image(ECR, { tags: ['1'], environment: 'qa' })];
    const elsewhere = image(ECR.replace('production', 'qa'), { tags: ['1'], environment: 'qa' });
    const { text } = rulesOf(keptOf([mine, its, elsewhere]), 'ecr', 90, ['production']);
    expect(Object.keys(JSON.parse(text))).toEqual([ECR]);
    expect(SERVERS.ecr(text)({ digest: digestOf('its'), tags: ['1'], days: OLD })).toBe(false);
    const both = [mine, elsewhere].map((each, at) => ({
      ...each,
      repository: parseRepositoryName(`${REPOSITORIES.gitlab}/${at}`),
    }));
    const gitlab = rulesOf(keptOf(both), 'gitlab', 90, ['production']).text;
    expect(SERVERS.gitlab(gitlab)({ digest: digestOf('its'), tags: ['1'], days: OLD })).toBe(false);
  });

  it('refuse packages of two accounts, which one step does not clean up', () => {
    const images = ['ghcr.io/acme/api', 'ghcr.io/other/api'].map(name => image(name, { tags: ['1'] }));
    expect(() => rulesOf(keptOf(images), 'ghcr', 90)).toThrow('acme and other');
  });
});

function rulesOf(kept: Kept, format: CleanUpFormat, olderThan: number, names: readonly string[] = []) {
  return cleanUpRules({ kept, format, names }, olderThan);
}

function keptOf(images: readonly KeptImage[]): Kept {
  return { last: 10, images, failures: [] };
}

/** An image of two manifests, with a signature under a tag. */
function image(
  name: string,
  {
    tags,
    why = 'pinned',
    environment = 'production',
  }: {
    readonly tags: readonly string[];
    readonly why?: 'pinned' | 'proposed';
    readonly environment?: string;
  },
): KeptImage {
  const repository = parseRepositoryName(name);
  const digest = digestOf(`${name} ${tags}`);
  const [platform, evidence] = [digestOf(`platform of ${digest}`), digestOf(`evidence of ${digest}`)];
  return {
    image: 'api',
    repository,
    digest,
    tags,
    needs: [{ environment, why }],
    parts: {
      state: 'kept',
      manifests: [
        { digest, kind: 'image' },
        { digest: platform, kind: 'platform' },
        { digest: evidence, kind: 'evidence' },
      ],
      tags: [...tags, `${digest.replace(':', '-')}.sig`, 'production.1.4.0.promoted'],
    },
  };
}

function artifactsOf({ digest, parts, tags }: KeptImage): readonly Omit<Artifact, 'days'>[] {
  if (parts.state !== 'kept' || digest === undefined) return [];
  const [, platform, evidence] = parts.manifests;
  return [
    { digest, tags },
    { digest: platform?.digest ?? digest, tags: [] },
    { digest: evidence?.digest ?? digest, tags: parts.tags.filter(tag => !tags.includes(tag)).slice(0, 1) },
    { digest: evidence?.digest ?? digest, tags: parts.tags.filter(tag => !tags.includes(tag)).slice(1) },
  ];
}

import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { candidates } from '../../src/plan/candidates.ts';
import { editTexts } from '../../src/plan/edit-texts.ts';
import { imageMentions, imagePins } from '../../src/plan/image-pins.ts';
import type { Snapshot, SourceImage } from '../../src/plan/snapshot.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const HELM = (repository: string, tag: string) => `image:\n  repository: ${repository}\n  tag: "${tag}"\n`;
const OLD = digestNamed('api 1');
const NEW = digestNamed('api 2');

describe('candidates', () => {
  it('moves a pin to the target registry with the source digest and tag', () => {
    const [outcome] = run({ 'qa/api.yaml': HELM('registry.example/qa/api', `1.0.0@${OLD}`) }, [source()]);
    expect(outcome).toMatchObject({
      kind: 'candidate',
      candidate: {
        targets: [{ repository: 'registry.example/qa/api', tags: [{ name: '2.0.0', moves: false }] }],
        edits: [
          {
            old: `registry.example/qa/api:1.0.0@${OLD}`,
            new: `registry.example/qa/api:2.0.0@${NEW}`,
            file: 'qa/api.yaml',
          },
        ],
        current: [{ tag: '1.0.0', digest: OLD }],
      },
    });
  });

  it('corrects a file that was copied from another environment', () => {
    const [outcome] = run({ 'qa/api.yaml': HELM('registry.example/dev/api', `2.0.0@${NEW}`) }, [source()]);
    expect(outcome).toMatchObject({
      candidate: { edits: [{ new: `registry.example/qa/api:2.0.0@${NEW}` }] },
    });
  });

  it('has no edits where the pins are right already', () => {
    const [outcome] = run({ 'qa/api.yaml': HELM('registry.example/qa/api', `2.0.0@${NEW}`) }, [source()]);
    expect(outcome).toMatchObject({ kind: 'candidate', candidate: { edits: [] } });
  });

  it('closes an image that its source pins with two digests', () => {
    const sources = [source(), { ...source(), digest: OLD, origin: 'dev dev/other.yaml:3' }];
    const [outcome] = run({ 'qa/api.yaml': HELM('registry.example/qa/api', '1') }, sources);
    expect(outcome).toMatchObject({
      kind: 'closed',
      image: 'api',
      reason: expect.stringContaining('dev dev/other.yaml:3'),
      hint: expect.stringMatching(/promote apply dev --image api=registry\.example\/\S+@sha256:/),
    });
  });

  it('reports what is pinned nowhere, in source or target', () => {
    expect(run({ 'qa/api.yaml': HELM('registry.example/qa/api', '1') }, [])[0]).toMatchObject({
      kind: 'absent',
    });
    expect(run({ 'qa/other.yaml': 'a: b\n' }, [source()])[0]).toMatchObject({ kind: 'absent' });
  });

  it('pins each file to the registry that serves it, and copies to all', () => {
    const regional = environment({
      registries: [
        { push: 'eu.example/prod', pull: 'mirror.eu.example/prod', files: ['qa/eu*.yaml'] },
        { push: 'us.example/{image}-prod', pull: 'us.example/{image}-prod', files: ['qa/us*.yaml'] },
      ],
    });
    const files = {
      'qa/eu.yaml': HELM('registry.example/dev/api', '1'),
      'qa/us.yaml': HELM('us.example/api-prod', '1'),
      'qa/eu-direct.yaml': HELM('eu.example/prod/api', '1'),
    };
    const [outcome] = run(files, [source()], regional);
    expect(outcome).toMatchObject({
      candidate: {
        targets: [{ repository: 'eu.example/prod/api' }, { repository: 'us.example/api-prod' }],
        edits: [
          { new: `mirror.eu.example/prod/api:2.0.0@${NEW}` },
          { new: `us.example/api-prod:2.0.0@${NEW}` },
          // A pin that names one of the target's registries already keeps it.
          { new: `eu.example/prod/api:2.0.0@${NEW}` },
        ],
      },
    });
  });

  it('refuses a file that no registry entry serves', () => {
    const regional = environment({
      registries: [{ push: 'eu.example/p', pull: 'eu.example/p', files: ['eu/**'] }],
    });
    const plan = () => run({ 'qa/api.yaml': HELM('registry.example/dev/api', '1') }, [source()], regional);
    expect(plan).toThrowError(expect.objectContaining({ code: 'CONFIGURATION' }));
  });

  it('considers only the images asked for', () => {
    const outcomes = run({ 'qa/api.yaml': HELM('registry.example/qa/api', '1') }, [source()], environment(), [
      'web',
    ]);
    expect(outcomes.map(outcome => outcome.kind === 'absent' && outcome.image)).toEqual(['web']);
  });

  describe('with a version beside the pin', () => {
    const text = (version: string) =>
      `${HELM('registry.example/qa/api', `1.0.0@${OLD}`)}VERSION: ${version}\n`;
    const all = () => {
      const known = environments();
      const rule = { files: 'qa/*.yaml', path: 'VERSION', kind: 'version' } as const;
      return {
        ...known,
        images: known.images.map(image => (image.name === 'api' ? { ...image, pins: [rule] } : image)),
      };
    };
    const outcomeOf = (from: SourceImage, version = '1.0.0', versions = new Map()) => {
      const files = new Map([['qa/api.yaml', text(version)]]);
      const only = { ...all(), images: all().images.slice(0, 1) };
      const base = { repository: 'r', branch: 'main', commit: 'c' };
      const target = imagePins(only, environment(), files);
      return candidates(only, environment(), { base, target, sources: [from], only: [], versions })[0];
    };

    it('moves both, the version without a digest and without a v', () => {
      expect(outcomeOf({ ...source(), tag: 'v2.0.0' })).toMatchObject({
        candidate: {
          edits: [{ new: `registry.example/qa/api:v2.0.0@${NEW}` }, { old: ':1.0.0', new: ':2.0.0' }],
          current: [{ tag: '1.0.0', digest: OLD }],
        },
      });
    });

    it('takes it from the annotation where the tag holds none, and is closed where that is absent', () => {
      const build = { ...source(), tag: 'main-7' };
      const annotated = outcomeOf(build, '1.0.0', new Map([[NEW, '2.1.0']]));
      expect(annotated).toMatchObject({ candidate: { edits: [{}, { new: ':2.1.0' }] } });
      expect(outcomeOf(build)).toMatchObject({
        kind: 'closed',
        reason: 'qa/api.yaml:4 holds a version, and the build names none',
      });
    });

    it('edits the version and nothing else of its line', () => {
      const outcome = outcomeOf({ ...source(), tag: 'v2.0.0' }, '"1.0.0" # shown');
      if (outcome?.kind !== 'candidate') throw new Error('no candidate');
      const edited = editTexts(all(), new Map([['qa/api.yaml', text('"1.0.0" # shown')]]), [
        outcome.candidate,
      ]);
      const after = edited.kind === 'edited' ? edited.files.get('qa/api.yaml') : '';
      expect(after).toContain(`v2.0.0@${NEW}`);
      expect(after).toContain('VERSION: "2.0.0" # shown\n');
    });
  });

  it('shows what names the image beside its pins, with place and cure, and no other image', () => {
    const files = {
      'qa/api.yaml': `${HELM('registry.example/qa/api', `1.0.0@${OLD}`)}args: ["--image=registry.example/qa/api:1.0.0"]\n`,
      'qa/web.yaml': 'args: ["--image=registry.example/qa/web:1.0.0"]\n',
    };
    const [outcome] = run(files, [source()]);
    expect(outcome).toMatchObject({
      candidate: {
        notices: [
          expect.stringMatching(/^qa\/api\.yaml:4:17 stays as it is: registry\.example\/qa\/api:1\.0\.0 \(/),
        ],
      },
    });
  });

  it('shows what is not read, and nothing that only may matter', () => {
    const special = [
      { path: 'a', what: 'a symbolic link', hint: 'name it' },
      { path: 'b', what: 'on another host', hint: 'x', isNote: true },
    ] as const;
    const files = { 'qa/api.yaml': HELM('registry.example/qa/api', `1.0.0@${OLD}`) };
    const [outcome] = run(files, [source()], environment(), [], special);
    expect(outcome).toMatchObject({ candidate: { notices: ['a is a symbolic link (name it)'] } });
  });

  it('is the same for the same snapshot', () => {
    const files = { 'qa/api.yaml': HELM('registry.example/qa/api', '1') };
    expect(run(files, [source()])).toEqual(run(files, [source()]));
  });
});

function source(): SourceImage {
  const repository = parseRepositoryName('registry.example/dev/api');
  return { image: 'api', repository, tag: '2.0.0', digest: NEW, origin: 'dev dev/api.yaml:3' };
}

function run(
  files: Readonly<Record<string, string>>,
  sources: readonly SourceImage[],
  qa = environment(),
  only: readonly string[] = [],
  special: Snapshot['special'] = [],
) {
  const all = environments(qa);
  const snapshot: Snapshot = {
    base: { repository: 'repo', branch: 'main', commit: 'c0ffee' },
    target: imagePins(all, qa, new Map(Object.entries(files))),
    mentions: imageMentions(all, qa, new Map(Object.entries(files))),
    special,
    sources,
    only,
    versions: new Map(),
  };
  return candidates(all, qa, snapshot);
}

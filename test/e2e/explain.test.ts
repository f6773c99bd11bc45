import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createWorld } from './world.ts';

describeWith(['git'], 'promote explain', () => {
  it('says why a place is a pin or none, which gate holds it, and what comes next', async () => {
    const { run, close } = await createWorld(FILES);
    onTestFinished(close);
    const explain = async (subject: string) => {
      const { code, stdout, stderr } = await run('explain', subject, '--format', 'json');
      return { code, stderr, ...JSON.parse(stdout) };
    };
    expect(await explain('api')).toMatchObject({
      code: 0,
      places: [
        { file: 'dev/api.yaml', line: 3, environment: 'dev', state: 'pin' },
        { file: 'production/api.yaml', line: 3, environment: 'production', state: 'pin' },
      ],
      next: [
        {
          environment: 'dev',
          state: 'absent',
          command: 'promote plan dev --image api=oci:../registries/build/api:<tag>',
        },
        { environment: 'production', state: 'closed', gates: [{ gate: 'hold', kind: 'closed' }] },
      ],
    });
    expect(await explain('web')).toMatchObject({
      places: [
        { file: 'dev/web.yaml', line: 2, state: 'no-pin', cure: expect.stringMatching(/^images\.web\.pins/) },
      ],
    });
    expect(await explain('production/api.yaml:1')).toMatchObject({
      places: [{ state: 'no-pin', cure: 'lines that do: 3' }],
      next: [],
    });
    expect(await explain('README.md')).toMatchObject({
      places: [{ environment: null, state: 'no-pin', because: expect.stringContaining('belongs to no') }],
    });
    expect(await explain('production/none.yaml')).toMatchObject({ code: 1, error: { code: 'NOT_FOUND' } });
    expect(await explain('productoin')).toMatchObject({
      code: 2,
      error: { hint: expect.stringContaining('did you mean production?') },
    });
  });
});

const values = (environment: string, digest: string) =>
  `image:\n  repository: registry.example/${environment}/api\n  tag: "1.0.0@sha256:${digest.repeat(64)}"\n`;

const FILES = {
  'README.md': '# gitops\n',
  'environments.yaml': `version: 1
images: { api: { source: "oci:../registries/build/api" }, web: { source: "oci:../registries/build/web" } }
environments:
  dev:
    from: build
    registry: [{ push: "oci:../registries/dev", pull: registry.example/dev }]
    files: ["dev/*.yaml"]
    commit: direct
  production:
    from: dev
    registry: [{ push: "oci:../registries/production", pull: registry.example/production }]
    files: ["production/*.yaml"]
    commit: direct
`,
  'dev/api.yaml': values('dev', '1'),
  'dev/web.yaml': 'image:\n  tag: 1.0.0\n',
  'production/api.yaml': values('production', '2'),
  'promote-holds.yaml': `version: 1
holds:
  - environment: production
    image: api
    digest: all
    reason: a freeze
    by: ann
    since: "2026-11-01T00:00:00Z"
`,
};

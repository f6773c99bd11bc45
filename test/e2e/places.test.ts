import { afterEach, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { build } from './shop.ts';
import { createWorld, type World } from './world.ts';

const SET = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: api }
spec:
  generators:
    - list:
        elements:
          - { env: qa, image: "qa.example/api:0.9.0" } # kept
          - { env: production, image: "prod.example/api:0.9.0" }
`;
const at = (name: string) => `spec.generators[0].list.elements[env=${name}]`;
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec: { containers: [{ name: api, image: "qa.example/api:0.9.0" }] }\n';

describeWith(['git', 'kustomize'], 'places and entries, by the built command', () => {
  let world: World;
  afterEach(async () => await world.close());

  it('promotes through two places of one file, and adds the entry that an overlay lacks', async () => {
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: { source: "oci:../build/api" } }
environments:
  qa:
    from: build
    registry: { push: "oci:../qa", pull: qa.example }
    files: [{ path: apps.yaml, at: "${at('qa')}" }]
    commit: direct
  production:
    from: qa
    registry: { push: "oci:../production", pull: prod.example }
    files: [{ path: apps.yaml, at: "${at('production')}" }, "overlays/production/*.yaml"]
    addImages: true
    commit: direct
`,
      'apps.yaml': SET,
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': POD,
      'overlays/production/kustomization.yaml': '# ours\nresources: [../../base]\n',
    });
    const image = build('1.0.0', 1, 1);
    const { digest } = image.index.descriptor;
    await pushImage(openLayout(world.repository)(parseRepositoryName('oci:../build/api')), image, '1.0.0');
    for (const args of [
      ['apply', 'qa', '--image', 'api=oci:../build/api:1.0.0'],
      ['apply', 'production'],
    ]) {
      const ran = await world.run(...args);
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
    }
    expect(await world.read('apps.yaml')).toBe(
      SET.replace('qa.example/api:0.9.0', `qa.example/api:1.0.0@${digest}`).replace(
        'prod.example/api:0.9.0',
        `prod.example/api:1.0.0@${digest}`,
      ),
    );
    const overlay = `${world.repository}/overlays/production`;
    const { stdout } = await runProgram('kustomize', ['build', overlay]);
    expect(/image: (.*)/.exec(stdout)?.[1]).toBe(`prod.example/api:1.0.0@${digest}`);
    expect(await world.git('diff', '--stat', 'HEAD~2', '--', 'base')).toBe('');
    const again = await world.run('plan', 'production', '--exit-code');
    expect(again, again.stdout).toMatchObject({ code: 0 });
  });
});

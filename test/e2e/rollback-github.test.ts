import { expect, it } from 'vitest';
import { fields } from '../servers/github/request.ts';
import { type GitHubPlace, githubPlace } from './github-place.ts';
import { createPullStage, type PullStage } from './review-stage.ts';

const IMAGE = 'registry.example/production/api';
const FILES: Readonly<Record<string, string>> = {
  'production/api.yaml': `image:\n  repository: ${IMAGE}\n  tag: "0" # kept\n`,
  'production/kustomization.yaml': `kind: Kustomization\nimages:\n  - name: api\n    newName: ${IMAGE}\n    newTag: "0" # kept\n`,
  'production/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec:\n  containers:\n    - { name: api, image: "${IMAGE}:0" } # kept\n`,
};

it.each(['merge', 'squash', 'rebase'])(
  'a rollback on GitHub, where people %s, restores Helm, kustomize and plain pins and nothing else, and lasts',
  async method => {
    const { place, merge, deliver, result, run } = await createShop(method);
    await deliver('1.0.0');
    const old = await filesOf(place);
    await deliver('1.1.0');
    const texts = Object.entries(await filesOf(place));
    const explained = Object.fromEntries(
      texts.map(([path, text]) => [path, `# why\n${text}# at both ends\n`]),
    );
    await place.push(explained);

    await result('rollback', 'production', '--yes', '--reason', 'it crashes');
    await merge();
    const back = Object.entries(old).map(([path, text]) => [path, `# why\n${text}# at both ends\n`]);
    expect(await filesOf(place)).toEqual(Object.fromEntries(back));
    expect(await kinds()).toEqual(['rollback', 'promotion', 'promotion']);
    const held = await run(['plan', 'production']);
    expect([held.code, held.stdout]).toEqual([3, expect.stringContaining('it crashes')]);
    expect(await result('rollback', 'production', '--yes')).toMatchObject({ state: 'nothing' });

    await result('lift', 'production', 'api');
    await merge();
    await result('apply', 'production');
    await merge();
    expect(await filesOf(place)).toEqual(explained);
    expect(await place.file('promote-holds.yaml')).not.toContain('sha256');
    expect(await kinds()).toEqual(['promotion', 'rollback', 'promotion', 'promotion']);

    async function kinds(): Promise<readonly unknown[]> {
      const { events } = await result('history', 'production');
      const changes = Array.isArray(events) ? events.flatMap(event => fields(event).images) : [];
      return changes.map(change => fields(change).kind).filter(kind => kind !== 'edit');
    }
  },
  120_000,
);

/** A shop on GitHub whose people merge what it proposes in one way. */
async function createShop(
  method: string,
): Promise<
  PullStage & { readonly place: GitHubPlace; readonly deliver: (version: string) => Promise<void> }
> {
  const place = await githubPlace();
  const stage = await createPullStage(place);
  const written = await place.file('environments.yaml');
  const registry = '[{ push: "oci:production", pull: registry.example/production }]';
  await place.push({ 'environments.yaml': written.replace('"oci:production"', registry) });
  await place.push(FILES);
  const merge = async () => {
    const { number } = await stage.newest();
    const { status } = await place.server.as('alice', 'PUT', `pulls/${number}/merge`, {
      merge_method: method,
    });
    expect(status).toBe(200);
  };
  const deliver = async (version: string) => {
    await stage.release(version);
    await stage.result('apply', 'production');
    await merge();
  };
  return { ...stage, merge, deliver, place };
}

async function filesOf({ file }: GitHubPlace): Promise<Readonly<Record<string, string>>> {
  const read = Object.keys(FILES).map(async path => [path, await file(path)] as const);
  return Object.fromEntries(await Promise.all(read));
}

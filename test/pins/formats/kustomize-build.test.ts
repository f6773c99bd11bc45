import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RepositoryName } from '../../../src/oci/reference.ts';
import { editPins } from '../../../src/pins/edit.ts';
import { findPins } from '../../../src/pins/find.ts';
import type { PinForm } from '../../../src/pins/pin.ts';
import { formed } from '../../../src/plan/pin-target.ts';
import { describeWith, runProgram } from '../../servers/tools.ts';
import { NEW, OLD } from '../marked.ts';

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec: { containers: [{ name: api, image: "api:0" }] }\n';
const file = 'kustomization.yaml';

describeWith(['kustomize'], 'kustomize prints the pinned digest', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-kustomize-'));
    await writeFile(join(directory, 'pod.yaml'), POD);
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it.each([
    ['below a tag', '- name: api\n  newName: a.io/b\n  newTag: v1\n', ':1.10'],
    ['below a new name', '- name: api\n  newName: a.io/b\n', ''],
    ['below a name, with a new name', '- name: api\n', ''],
    ['between a name and a tag', '- name: api\n  newTag: v1 # ours\n', ':1.10'],
    ['in a flow mapping', '- {name: api, newTag: v1}\n', ':1.10'],
    ['in JSON', '- {"name": "api", "newTag": "v1"}\n', ':1.10'],
    ['in the tag', `- name: api\n  newTag: v1@${OLD}\n`, ':1.10'],
    ['beside a suffix for tags', '- name: api\n  tagSuffix: -dev\n', ''],
    ['in place of another', `- name: api\n  newTag: v1\n  digest: ${OLD}\n`, ':1.10'],
    ['in place of nothing', '- name: api\n  newTag: ""\n  digest:\n', ':1.10'],
  ])('%s', async (_, entry, tag) =>
    expect(await built(entry, 'digest')).toBe(`eu.acme.com/prod/api${tag}@${NEW}`),
  );

  it.each([
    ['a tag', '- name: api\n  newTag: v1\n'],
    ['a digest that goes', `- name: api\n  newTag: v1\n  digest: ${OLD}\n`],
    ['both in the tag', `- { name: api, newTag: "v1@${OLD}" }\n`],
    ['an empty tag', `- name: api\n  newTag: ""\n  digest: ${OLD}\n`],
  ])('the tag alone, from %s', async (_, entry) =>
    expect(await built(entry, 'tag')).toBe('eu.acme.com/prod/api:1.10'),
  );

  it('keeps an entry by its digest alone from a tag, which has no place there', () =>
    expect(built(`- name: api\n  digest: ${OLD}\n`, 'tag')).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('kustomization.yaml:4:11'),
    }));

  async function built(entry: string, form: PinForm): Promise<string | undefined> {
    const text = `resources: [pod.yaml]\nimages:\n${entry}`;
    const repository = 'eu.acme.com/prod/api' as RepositoryName;
    const target = formed(form, { repository, tag: '1.10', digest: NEW }, '1.10');
    const [pin] = findPins(file, text);
    const edited = editPins(file, text, [{ locator: pin?.locator ?? '', target }]);
    await writeFile(join(directory, file), edited);
    const { stdout } = await runProgram('kustomize', ['build', directory]);
    return /image: (.*)/.exec(stdout)?.[1];
  }
});

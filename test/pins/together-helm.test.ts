import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { knownFor, NEW } from './marked.ts';

const OURS = 'registry.example/prod/api' as RepositoryName;
const TEMPLATE =
  'image: {{ .Values.global.imageRegistry }}/{{ .Values.api.image.repository }}:{{ .Values.api.image.tag }}{{ with .Values.api.image.digest }}@{{ . }}{{ end }}\n';

describeWith(['helm'], 'helm renders what was promoted from two files of values', () => {
  let chart = '';
  beforeAll(async () => {
    chart = await mkdtemp(join(tmpdir(), 'promote-helm-'));
    await mkdir(join(chart, 'templates'));
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: chart\nversion: 1.0.0\n');
    await writeFile(join(chart, 'templates/image.yaml'), TEMPLATE);
  });
  afterAll(async () => await rm(chart, { recursive: true, force: true }));

  it.each([
    ['a tag', 'api:\n  image: { repository: prod/api, tag: "1.0.0" } # api\n'],
    ['a tag and an empty digest', 'api: { image: { repository: prod/api, tag: "1.0.0", digest: "" } }\n'],
  ])('with %s', async (_, before) => {
    const files = {
      'Chart.yaml': 'name: chart\n',
      'values.yaml': 'global: { imageRegistry: registry.example }\n',
      'prod/api.yaml': before,
    };
    const known = knownFor([OURS]);
    const texts = new Map(Object.entries(files));
    const { rules } = impliedPins({
      texts,
      beside: new Map(),
      known,
      isTarget: (_file, name) => name === OURS,
    });
    const [pin] = findPins('prod/api.yaml', before, rules, { known });
    if (pin === undefined) throw new Error('no pin');
    const change = { locator: pin.locator, target: { repository: OURS, tag: '2.0.0', digest: NEW } };
    const after = editPins('prod/api.yaml', before, [change], rules, { known });
    expect(await render(files['values.yaml'], before)).toBe('registry.example/prod/api:1.0.0');
    expect(await render(files['values.yaml'], after)).toBe(`registry.example/prod/api:2.0.0@${NEW}`);
  });

  async function render(common: string, values: string): Promise<string | undefined> {
    await writeFile(join(chart, 'values.yaml'), common);
    await writeFile(join(chart, 'api.yaml'), values);
    const { stdout } = await runProgram('helm', ['template', 'x', chart, '-f', join(chart, 'api.yaml')]);
    return /^image: (.*)$/m.exec(stdout)?.[1];
  }
});

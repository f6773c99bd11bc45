import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, runProgram } from '../servers/tools.ts';
import { HELM_FORMS } from './helm-forms.ts';
import { HELM_SHAPES } from './helm-shapes.ts';
import { expectEdits, marked, NEW, OLD } from './marked.ts';

const SHAPES = [...HELM_SHAPES, ...HELM_FORMS];
const repository = 'eu.acme.com/prod/api';
const known = ['ghcr.io/acme/api', repository];

describe('values name an image in every way of charts, and change in it alone', () => {
  it.each(SHAPES)('$name', ({ values, form }) => {
    const edit = { known, repository, form };
    expectEdits(values, edit);
    expectEdits(values.replaceAll('\n', '\r\n'), edit);
    expectEdits(`\uFEFF${values.trimEnd()}`, edit);
  });
});

describeWith(['helm'], 'helm renders exactly what was promoted', () => {
  let chart = '';
  beforeAll(async () => {
    chart = await mkdtemp(join(tmpdir(), 'promote-helm-'));
    await mkdir(join(chart, 'templates'));
    await writeFile(
      join(chart, 'Chart.yaml'),
      'apiVersion: v2\nname: api\nversion: 1.0.0\nappVersion: 9.9.9\n',
    );
  });
  afterAll(async () => await rm(chart, { recursive: true, force: true }));

  async function render(values: string): Promise<string> {
    await writeFile(join(chart, 'values.yaml'), values);
    return (await runProgram('helm', ['template', 'x', chart])).stdout;
  }

  it.each(SHAPES)('from $name', async ({ values, image, before, after = `${repository}:1.3.0@NEW` }) => {
    const sides = marked(values);
    const filled = (text: string) => text.replaceAll('OLD', OLD).replaceAll('NEW', NEW);
    await writeFile(join(chart, 'templates/image.yaml'), `kind: Image\nimage: ${image}\n`);
    const [old, now] = [await render(sides.before), await render(sides.after)];
    expect(/^image: (.*)$/m.exec(old)?.[1]).toBe(filled(before));
    expect(/^image: (.*)$/m.exec(now)?.[1]).toBe(filled(after));
    const rest = (text: string) => text.replace(/^image: .*$/m, '');
    expect(rest(now)).toBe(rest(old));
  });
});

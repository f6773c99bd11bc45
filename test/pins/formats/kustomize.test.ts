import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, OLD } from '../marked.ts';

const KIND = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const file = 'apps/api/production/kustomization.yaml';

describe('an entry of a kustomization’s images', () => {
  it.each([
    ['gets a digest below its tag', '- name: a/b\n  newTag: «1.2.3|1.3.0\n  digest: NEW»\n'],
    [
      'gets it in its own indentation',
      '  -   name: a/b\n      newTag: «1.2.3|1.3.0\n      digest: NEW»\n      newName: c/d\n',
    ],
    ['gets it where the tag comes first', '- newTag: «1.2.3|1.3.0\n  digest: NEW»\n  name: a/b\n'],
    [
      'gets it below the tag’s comment',
      '- name: a/b\n  newTag: «1.2.3|1.3.0» # ours«|\n  digest: NEW»\n- name: c/d\n  digest: «OLD|NEW»\n',
    ],
    ['gets it without a final newline', '- name: a/b\n  newTag: "«1.2.3|1.3.0»"«|\n  digest: NEW»'],
    ['gets it below the name where there is no tag', '- name: a/b # ours«|\n  digest: NEW»\n'],
    ['gets it below the new name where there is no tag', '- newName: a/b«|\n  digest: NEW»\n  name: api\n'],
    [
      'gets it beside its tag in a flow mapping',
      '- {name: a/b, newTag: «1.2.3|1.3.0, digest: NEW», newName: c/d}\n',
    ],
    ['gets it as JSON', '- {"name": "a/b", "newTag": "«1.2.3|1.3.0»"«|, "digest": "NEW"»}\n'],
    ['keeps its digest’s place', '- digest: «OLD|NEW»\n  name: a/b\n  newTag: «1.2.3|1.3.0»\n'],
    ['fills an empty tag and digest', '- name: a/b\n  newTag:«| 1.3.0»\n  digest:«| NEW»\n'],
    ['fills an empty tag before it inserts the digest', '- name: a/b\n  newTag:«| 1.3.0\n  digest: NEW»\n'],
    ['stays without a tag', '- name: a/b\n  digest: «OLD|NEW»\n'],
    ['keeps both in the tag', '- name: a/b\n  newTag: «1.2.3@OLD|1.3.0@NEW»\n'],
  ])('%s', (_, entries) => expectEdits(`${KIND}images:\n${entries}`, { file }));

  it('gets its digest in its own place where an alias repeats the tag', () => {
    const tag = '«1.2.3|1.3.0»';
    const text = `- name: a/b\n  newTag: &tag ${tag}«|\n  digest: NEW»\n- name: c/d\n  newTag: *tag«|\n  digest: NEW»\n`;
    expectEdits(`${KIND}images:\n${text}`, { file });
  });

  it('keeps the carriage returns of its file', () => {
    const text = `${KIND}images:\n- name: a/b\n  newTag: «1.2.3|1.3.0\n  digest: NEW»\nresources: []\n`;
    expectEdits(text.replaceAll('\n', '\r\n'), { file });
    expectEdits(text.replaceAll('\n', '\r\n').replace('\r\nresources: []\r\n', ''), { file });
  });

  it('gets a tag that reads as a number quoted', () => {
    expectEdits(`${KIND}images:\n- name: a/b\n  newTag: «1.9|"1.10"\n  digest: NEW»\n`, {
      file,
      tag: '1.10',
    });
  });

  it.each([
    ['its new name', '- name: a/b\n  newName: «c/d|eu.acme.com/b»\n  newTag: «1|1.3.0\n  digest: NEW»\n'],
    ['an empty new name', '- name: a/b\n  newName: "«|eu.acme.com/b»"\n  digest: «OLD|NEW»\n'],
    [
      'a new name below its name',
      '- name: a/b«|\n  newName: eu.acme.com/b»\n  newTag: «1|1.3.0\n  digest: NEW»\n',
    ],
    ['a new name and a digest', '- name: a/b«|\n  newName: eu.acme.com/b\n  digest: NEW»\n'],
    ['both in a flow mapping', '- { name: a/b«|, newName: eu.acme.com/b, digest: NEW» }\n'],
  ])('moves to the target’s repository by %s, never by its name', (_, entries) =>
    expectEdits(`${KIND}images:\n${entries}`, { file, repository: 'eu.acme.com/b' }),
  );

  it('is read by its new name, else by its name', () => {
    const text = `images:\n- name: api\n  newName: ghcr.io/acme/api\n  newTag: v1\n- name: ghcr.io/acme/web\n  digest: ${OLD}\n`;
    expect(findPins(file, text).map(pin => [pin.locator, pin.format, pin.line, pinValue(pin)])).toEqual([
      ['0:images[0]', 'kustomize', 4, 'ghcr.io/acme/api:v1'],
      ['0:images[1]', 'kustomize', 6, `ghcr.io/acme/web@${OLD}`],
    ]);
  });

  it.each([
    ['by the file’s name', 'a/Kustomization', ''],
    ['by its kind', 'a/b.yaml', KIND],
    ['as a component', 'a/b.yaml', KIND.replace('Kustomization', 'Component')],
  ])('is recognised %s', (_, path, head) => {
    const [pin] = findPins(path, `${head}images: [{ name: a/b, newTag: v1 }]`);
    expect(pin?.format).toBe('kustomize');
  });
});

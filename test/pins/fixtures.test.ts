import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { expectEdits } from './marked.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/pins/${name}`, import.meta.url), 'utf8');

describe('a file written by people changes in its pins alone', () => {
  it.each(['values.marked.yaml', 'manifests.marked.yaml', 'kustomization.marked.yaml'])('%s', name => {
    const text = fixture(name);
    expectEdits(text, { file: name });
    expectEdits(text.replaceAll('\n', '\r\n'), { file: name });
    expectEdits(`\uFEFF${text.trimEnd()}`, { file: name });
  });
});

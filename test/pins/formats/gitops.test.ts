import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, knownFor, marked } from '../marked.ts';
import { DELIVERY, known, repository } from './delivery-forms.ts';
import { WORKLOADS } from './workload-forms.ts';

/** Everything that is edited without any setting. */
const FORMS = [...DELIVERY, ...WORKLOADS];

describe('edited without any setting, and nothing else', () => {
  it.each(FORMS)('%s', (_, file, text) => {
    expectEdits(text, { file, known, repository });
    expectEdits(text.replaceAll(/\r?\n/g, '\r\n'), { file, known, repository });
    expectEdits(text.trimEnd(), { file, known, repository });
  });

  it.each(FORMS)('%s: every pin is of the known image', (_, file, text) => {
    const { before } = marked(text);
    const pins = findPins(file, before, [], { known: knownFor(known) });
    const ours = pins.filter(({ repository: name }) => name !== undefined && known.includes(name));
    for (const pin of ours) expect(pinValue(pin)).toMatch(/^ghcr.io\/acme\/api(?::1.2.3)?(?:@sha256:1+)?$/);
  });
});

it('a string that is no YAML holds no pin, and stops nobody', () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  motd: |\n    image: ghcr.io/acme/api:1\n      tag: 1\n  go: |\n    image: ghcr.io/acme/api:{{ .x }}\n';
  expect(findPins('cm.yaml', text, [], { known: knownFor(known) })).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import type { PinPath } from '../../../src/pins/pin.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, OLD } from '../marked.ts';

const rule = (path: string, kind: PinPath['kind'] = 'tag', image = 'api'): PinPath => ({ image, path, kind });
const values = (text: string, ...rules: readonly PinPath[]) => findPins('values.yaml', text, rules);

describe('a pin that rules point at', () => {
  it.each([
    ['a tag takes the digest too', 'api:\n  version: «1.2.3|1.3.0@NEW»\n', [rule('api.version')]],
    ['a tag that holds both', 'api:\n  version: "«1.2.3@OLD|1.3.0@NEW»"\n', [rule('api.version')]],
    ['a digest stays alone', 'digests:\n  - «OLD|NEW»\n', [rule('digests[0]', 'digest')]],
    ['an empty digest is filled', 'digests: { api: "«|NEW»" }\n', [rule('digests.api', 'digest')]],
    ['a reference is written whole', 'a: ghcr.io/acme/api:«1|1.3.0@NEW»\n', [rule('a', 'reference')]],
    [
      'tag and digest of one mapping are one pin',
      'a: { v: «1|1.3.0», d: «OLD|NEW» }\n',
      [rule('a.v'), rule('a.d', 'digest')],
    ],
    ['a digest beside a tag is kept in step', 'a: { tag: «1|1.3.0», digest: «OLD|NEW» }\n', [rule('a.tag')]],
    ['keys with dots are quoted', 'a:\n  b.c/d: «1|1.3.0@NEW»\n', [rule('a."b.c/d"')]],
    ['an alias leads to its anchor', 'x: &x\n  v: «1|1.3.0@NEW»\na: *x\n', [rule('a.v')]],
    ['every document counts', 'v: «1|1.3.0@NEW»\n---\nv: «2|1.3.0@NEW»\n---\nw: 3\n', [rule('v')]],
    [
      'a repository without its host is left alone',
      'repository: acme/api\ntag: «1|1.3.0@NEW»\n',
      [rule('tag')],
    ],
  ])('%s', (_, text, rules) => expectEdits(text, { rules }));

  it('names its image and no repository', () => {
    expect(values('image:\n  version: 1.10\n', rule('image.version'))).toEqual([
      { file: 'values.yaml', locator: '0:image.version', format: 'rule', line: 2, image: 'api', tag: '1.10' },
    ]);
  });

  it('is the found pin with the rule’s image where the file names repository and host', () => {
    const text = `image:\n  repository: «ghcr.io/acme/dev/api|eu.acme.com/api»\n  tag: «1|1.3.0@NEW»\n`;
    const rules = [rule('image.tag')];
    expectEdits(text, { rules, repository: 'eu.acme.com/api' });
    const [pin, ...rest] = values('image: { repository: ghcr.io/acme/api, tag: v1 }', ...rules);
    expect([pin?.format, pin?.image, rest]).toEqual(['helm', 'api', []]);
  });

  it('belongs to each image that has a rule of its own in the mapping', () => {
    const text = `a: { api: v1, web: v2, webDigest: '${OLD}' }`;
    const rules = [rule('a.api'), rule('a.web', 'tag', 'web'), rule('a.webDigest', 'digest', 'web')];
    expect(values(text, ...rules).map(pin => [pin.image, pinValue(pin)])).toEqual([
      ['api', ':v1'],
      ['web', `:v2@${OLD}`],
    ]);
  });

  it.each([
    ['its path leads nowhere', rule('image.tag.x')],
    ['its reference is empty', rule('empty', 'reference')],
  ])('is absent where %s', (_, wanted) => expect(values('image: { tag: v1 }\nempty:\n', wanted)).toEqual([]));

  it.each([
    ['a mapping', 'a: { b: c }'],
    ['no tag', 'a: not a tag'],
    ['more than a tag and a digest', `a: v1@${OLD}@${OLD}`],
  ])('is refused where its path leads to %s', (_, text) =>
    expect(() => values(text, rule('a'))).toThrow(expect.objectContaining({ code: 'INVALID' })),
  );

  it('is refused where two images claim it', () => {
    const rules = [rule('a'), rule('a', 'tag', 'web')];
    expect(() => values('a: v1', ...rules)).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });
});

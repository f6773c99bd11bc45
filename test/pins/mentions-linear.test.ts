import { expect, it } from 'vitest';
import { parseRepositoryName, type RepositoryName } from '../../src/oci/reference.ts';
import { bareIn } from '../../src/pins/mentions/bare-names.ts';
import { namedIn } from '../../src/pins/mentions/named.ts';

/** A map that counts how often all its keys are read. */
class Counted extends Map<RepositoryName, string> {
  reads = 0;
  override keys() {
    this.reads += 1;
    return super.keys();
  }
}

it('reads all known repositories once, whatever number of files may name them', () => {
  const known = new Counted();
  known.set(parseRepositoryName('registry.example/team/api'), 'api');
  for (let file = 0; file < 5; file += 1) {
    expect(namedIn('image: registry.example/team/api:1', known)).toHaveLength(1);
    expect(bareIn('image: team/api:1', known)).toHaveLength(1);
  }
  expect(known.reads).toBe(2);
});

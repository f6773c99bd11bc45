import { array, assert, boolean, constantFrom, oneof, property, record, stringMatching } from 'fast-check';
import { expect, it } from 'vitest';
import { editReferences } from '../../../src/pins/references/edit.ts';
import { findReferences } from '../../../src/pins/references/find.ts';
import { NEW, OLD } from '../marked.ts';

/** A piece of a Dockerfile with `«…»` around the reference to renew. */
const tag = stringMatching(/^[0-9a-z_][0-9a-z_.-]{0,8}$/);
const name = constantFrom('node', 'ghcr.io/acme/base', 'localhost:5000/a/b', 'acme/tool');
const image = record({ name, tag, digest: boolean() }).map(({ name, tag, digest }) =>
  digest ? `«${name}:${tag}@${OLD}»` : `«${name}:${tag}»`,
);
const shape = constantFrom(
  'FROM @',
  'from   --platform=linux/amd64 @  AS x',
  'FROM \\\n  # a comment\n  @',
  'FROM "@"',
  'COPY --from=@ /a /b',
  'RUN --mount=type=bind,from=@,target=/x make',
  'ONBUILD COPY --from=@ /a /b',
  'ADD <<END /x\nFROM inner:1\nEND\nFROM @',
);
const junk = constantFrom(
  '# FROM old:1',
  '',
  'RUN echo "FROM a/b:1" \\\n  && true',
  'RUN <<EOF\nFROM a/b:1\nCOPY --from=c/d:2 / /\nEOF',
  'RUN <<-"X Y" cat',
  'ENV A=$B C=\'d\' E="f\\"g"',
  'CMD ["sh", "-c", "# syntax=a/b:1"]',
  'LABEL a="b\\\nc"',
  '\t# é 🚀',
  'WORKDIR C:\\\\x',
);
const instruction = record({ shape, image }).map(({ shape, image }) => shape.replace('@', image));
const dockerfile = record({
  head: constantFrom('', '# escape=\\\n', '# check=skip=all\n', '\uFEFF'),
  parts: array(oneof(junk, instruction), { maxLength: 8 }),
  end: constantFrom('\n', '\r\n'),
  last: boolean(),
}).map(({ head, parts, end, last }) => {
  const text = `${head}${['FROM scratch', ...parts].join('\n')}${last ? '\n' : ''}`;
  return text.replaceAll('\n', end);
});

it('renewing every digest changes the references and no other byte of a Dockerfile', () => {
  assert(
    property(dockerfile, text => {
      const before = text.replaceAll(/[«»]/g, '');
      const after = text.replaceAll(/«([^»@]*)(?:@[^»]*)?»/g, `$1@${NEW}`);
      const sites = findReferences('Dockerfile', before, 'dockerfile');
      const edits = sites.flatMap(({ kind, locator, written }) =>
        kind === 'explained' ? [] : [{ locator, written, target: { digest: NEW } }],
      );
      expect(edits.map(({ written }) => written)).toEqual(
        [...text.matchAll(/«([^»]*)»/g)].map(([, it]) => it),
      );
      const edited = editReferences('Dockerfile', before, 'dockerfile', edits);
      expect(edited).toBe(after);
      expect(editReferences('Dockerfile', edited, 'dockerfile', edits)).toBe(edited);
    }),
    { numRuns: 1000 },
  );
});

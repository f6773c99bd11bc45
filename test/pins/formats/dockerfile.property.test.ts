import { array, assert, boolean, constantFrom, oneof, property, record, stringMatching } from 'fast-check';
import { expect, it } from 'vitest';
import { findSites } from '../../../src/pins/find.ts';
import { namesRepository } from '../../../src/pins/site/site.ts';
import { editReferences } from '../../../src/plan/refresh/edit-references.ts';
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
  'RUN <<-"X Y" cat\nFROM a/b:1\n\tX Y',
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

/** The same Dockerfile where a compose file holds it. */
function inCompose(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('$', '$$$$')
    .split('\n');
  return `services:\n  a:\n    build:\n      dockerfile_inline: |\n${lines.map(line => `        ${line}`.trimEnd()).join('\n')}\n`;
}

const FORMATS = [
  ['a Dockerfile', 'Dockerfile', (text: string) => text],
  ['a compose file', 'compose.yaml', inCompose],
] as const;

it.each(FORMATS)(
  'renewing every digest changes the references and no other byte of %s',
  (_, file, holding) => {
    assert(
      property(dockerfile, generated => {
        const text = holding(generated);
        const before = text.replaceAll(/[«»]/g, '');
        const after = text.replaceAll(/«([^»@]*)(?:@[^»]*)?»/g, `$1@${NEW}`);
        const sites = findSites(file, before).filter(namesRepository);
        const edits = sites.flatMap(({ pin, written }) => [
          { locator: pin.locator, written, target: { digest: NEW } },
        ]);
        expect(edits.map(({ written }) => written)).toEqual(
          [...text.matchAll(/«([^»]*)»/g)].map(([, it]) => it),
        );
        const edited = editReferences(file, before, edits);
        expect(edited).toBe(after);
        expect(editReferences(file, edited, edits)).toBe(edited);
      }),
      { numRuns: 1000 },
    );
  },
);

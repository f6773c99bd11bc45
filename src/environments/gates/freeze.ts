import { z } from 'zod';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { freezeName } from '../text.ts';
import { type FreezeWindow, normaliseWindow, windowIssues, windowSchema } from './freeze-windows.ts';
import type { GateSetting } from './setting.ts';

const schema = z.array(z.union([freezeName, windowSchema])).min(1);

/** The setting of the freeze gate. */
export const freeze: GateSetting<typeof schema, readonly FreezeWindow[]> = {
  description: 'When nothing is promoted: windows, or the names of some in `freezes`.',
  schema,
  normalise: (written, { freezes = {} } = {}) =>
    written.flatMap(one =>
      typeof one === 'string'
        ? [freezes[one] ?? []].flat().map(named => normaliseWindow({ reason: one, ...named }))
        : normaliseWindow(one),
    ),
  issues: ({ written, path, freezeNames }) =>
    written.flatMap((one, index) =>
      typeof one === 'string'
        ? unknownName(one, [...path, index], freezeNames)
        : windowIssues(one, [...path, index]),
    ),
};

function unknownName(name: string, path: Path, known: ReadonlySet<string>): readonly Issue[] {
  if (known.has(name)) return [];
  const message = `there is no freeze ${JSON.stringify(name)} in \`freezes\``;
  return [{ path, at: 'value', message, hint: () => suggest(name, [...known]) }];
}

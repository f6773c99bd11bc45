import { z } from 'zod';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { freezeName } from '../text.ts';
import { type ApprovalGate, approval, reviewSchema } from './approval.ts';
import { type FreezeWindow, normaliseWindow, windowIssues, windowSchema } from './freeze-windows.ts';
import type { GateSetting, WrittenGate } from './setting.ts';

/** When nothing is promoted, and who may override that for a plan. */
export interface FreezeGate {
  readonly windows: readonly FreezeWindow[];
  /** Absent: nobody may override it. */
  readonly override?: { readonly approval: ApprovalGate } | undefined;
}

const windows = z.array(z.union([freezeName, windowSchema])).min(1);

const overridable = z.strictObject({
  windows: windows.describe('When nothing is promoted: windows, or the names of some in `freezes`.'),
  override: z
    .strictObject({
      approval: reviewSchema.describe('Who has to approve the pull request that proposes an override.'),
    })
    .describe('What lets a plan through a freeze: promote hold --override freeze proposes it.'),
});

const schema = z.union([windows, overridable]);

type Written = z.infer<typeof schema>;

/** The setting of the freeze gate. */
export const freeze: GateSetting<typeof schema, FreezeGate> = {
  description: 'When nothing is promoted: windows, or the names of some in `freezes`.',
  schema,
  normalise: (written, { freezes = {} } = {}) => {
    const normal = windowsOf(written).flatMap(one =>
      typeof one === 'string'
        ? [freezes[one] ?? []].flat().map(named => normaliseWindow({ reason: one, ...named }))
        : normaliseWindow(one),
    );
    if (Array.isArray(written)) return { windows: normal };
    return { windows: normal, override: { approval: approval.normalise(written.override.approval) } };
  },
  issues: gate => {
    const { written, path, freezeNames } = gate;
    const at = Array.isArray(written) ? path : [...path, 'windows'];
    return [
      ...windowsOf(written).flatMap((one, index) =>
        typeof one === 'string'
          ? unknownName(one, [...at, index], freezeNames)
          : windowIssues(one, [...at, index]),
      ),
      ...overrideIssues(gate),
    ];
  },
};

function windowsOf(written: Written) {
  return Array.isArray(written) ? written : written.windows;
}

function overrideIssues(gate: WrittenGate<Written>): readonly Issue[] {
  const { written, path } = gate;
  if (Array.isArray(written)) return [];
  const given = { ...gate, written: written.override.approval, path: [...path, 'override', 'approval'] };
  return approval.issues(given);
}

function unknownName(name: string, path: Path, known: ReadonlySet<string>): readonly Issue[] {
  if (known.has(name)) return [];
  const message = `there is no freeze ${JSON.stringify(name)} in \`freezes\``;
  return [{ path, at: 'value', message, hint: () => suggest(name, [...known]) }];
}

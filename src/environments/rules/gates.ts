import type { Issue } from '../diagnostics/issue.ts';
import { rollbackApproval } from '../gates/approval.ts';
import { freezesIssues } from '../gates/freeze-windows.ts';
import { gateIssues } from '../gates/gates.ts';
import { writtenSources } from '../image-origin.ts';
import type { Rule } from './rule.ts';

/** The rules of each gate; also those of a rollback's approval, whose defaults are the environment's. */
export const gatesAreSound: Rule = ({ file, imageNames, freezeNames }) => {
  const environments = Object.entries(file.environments);
  const signing = environments.map(([name, own]) => [name, own.signing ?? file.signing] as const);
  const named = (counts: (by: (typeof signing)[number][1]) => boolean) =>
    new Set(signing.flatMap(([name, by]) => (counts(by) ? [name] : [])));
  const signed = named(by => by !== undefined);
  const summarised = named(by => by?.vsa === true);
  return environments.flatMap(([name, { from, commit, gates = {}, rollback }]) => {
    const path = ['environments', name];
    const { hosts = {} } = file;
    const place = {
      environment: { name, from: writtenSources(from), commit },
      imageNames,
      freezeNames,
      signed,
      summarised,
      hosts,
    };
    const back = rollback?.approval && rollbackApproval(gates.approval, rollback.approval);
    return distinct([
      ...gateIssues(gates, [...path, 'gates'], place),
      ...(back === undefined ? [] : gateIssues({ approval: back }, [...path, 'rollback'], place)),
      ...(rollback?.gates ?? []).flatMap((gate, index) => {
        if (gates[gate] !== undefined) return [];
        const message = `${name} sets no gate ${JSON.stringify(gate)}`;
        return [{ path: [...path, 'rollback', 'gates', index], at: 'value', message } as const];
      }),
    ]);
  });
};

/** The freezes that environments name. */
export const freezesAreSound: Rule = ({ file }) => freezesIssues(file.freezes ?? {});

/** An environment's approval and its rollback's can be wrong in the same place. */
function distinct(issues: readonly Issue[]): readonly Issue[] {
  return [...new Map(issues.map(issue => [`${issue.path.join('/')} ${issue.message}`, issue])).values()];
}

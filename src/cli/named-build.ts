import { RE2JS } from 're2js';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { ProvenanceRule } from '../images/provenance-rule.ts';
import type { NameMatch } from '../signing/trusted-signer.ts';

const NAMES = ['builder', 'source', 'ref', 'workflow', 'buildType', 'trigger'] as const;
type Name = (typeof NAMES)[number];

/**
 * Parses the rule for a build: `name=value` must match exactly, `name~=pattern` in RE2. Throws `USAGE` if no
 * builder is named, or a name is unknown or given twice.
 */
export function namedBuild(written: readonly string[]): ProvenanceRule {
  const found = new Map<Name, NameMatch>();
  const parameters = new Map<string, NameMatch>();
  for (const text of written) {
    const [, name = '', operator, value = ''] = /^([A-Za-z]+(?:\.[^=]*[^=~])?)(~?=)(.+)$/s.exec(text) ?? [];
    const [, parameter] = /^parameter\.(.+)$/s.exec(name) ?? [];
    const known = NAMES.find(one => one === name);
    if ((known ?? parameter) === undefined || value === '') throw misnamed(`${text} is not understood`);
    const match: NameMatch =
      operator === '=' ? { kind: 'exact', text: value } : { kind: 'pattern', pattern: compiled(value) };
    if (known === undefined ? parameters.has(`${parameter}`) : found.has(known))
      throw misnamed(`${name} is there twice`);
    if (known === undefined) parameters.set(`${parameter}`, match);
    else found.set(known, match);
  }
  const builder = found.get('builder');
  if (builder === undefined) throw misnamed('the builder is not named');
  const rest = parameters.size === 0 ? undefined : Object.fromEntries(parameters);
  return { builder, ...Object.fromEntries(found), parameters: rest };
}

function compiled(pattern: string): string {
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch (error) {
    rethrowDefect(error);
    throw misnamed(`${pattern} is no regular expression of RE2`);
  }
}

function misnamed(what: string): PromoteError {
  return new PromoteError('USAGE', `verify --provenance: ${what}`, {
    hint: `name ${NAMES.join(', ')} or parameter.<path>, each once: --provenance builder=https://builder.example/v1 --provenance 'ref~=refs/tags/.*'`,
  });
}

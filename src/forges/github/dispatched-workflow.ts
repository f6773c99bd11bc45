import { parse } from 'yaml';
import { rethrowDefect } from '../../errors.ts';

/** How a workflow is with an event: it does not start on it, or starts, and perhaps shows the payload's mark. */
export type Dispatched = 'no' | 'unmarked' | 'marked';

/**
 * Whether a workflow starts on a `repository_dispatch` of the type, and shows `client_payload.mark` in the names
 * of its runs. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#run-name
 */
export function dispatchedBy(text: string, event: string): Dispatched {
  const workflow = parsed(text);
  if (!startsOn(field(workflow, 'on'), event)) return 'no';
  return MARK.test(String(field(workflow, 'run-name') ?? '')) ? 'marked' : 'unmarked';
}

/** In an expression, as a property or in brackets. */
const MARK = /\$\{\{[^}]*\bclient_payload(?:\.mark\b|\[\s*'mark'\s*\])[^}]*\}\}/;

function startsOn(on: unknown, event: string): boolean {
  if (Array.isArray(on)) return on.includes('repository_dispatch');
  if (typeof on === 'string') return on === 'repository_dispatch';
  if (typeof on !== 'object' || on === null || !('repository_dispatch' in on)) return false;
  const types = field(on.repository_dispatch, 'types');
  // Without types it starts on all of them.
  return types === undefined || [types].flat().includes(event);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    rethrowDefect(error);
    // GitHub does not run what it cannot read.
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

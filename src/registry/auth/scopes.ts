import type { RepositoryName } from '../../oci/reference.ts';

/** The access that a request needs. */
export interface Access {
  /** The beginning of messages. */
  readonly operation: string;
  readonly repository: RepositoryName;
  /** `repository:<path>:pull,push`. The scope of the request's own repository comes first. */
  readonly scopes: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether a token with the granted scopes serves the asked ones. The first asked scope must be the first
 * granted, because a few registries check only that one.
 */
export function covers(granted: readonly string[], asked: readonly string[]): boolean {
  const [first = '', ...others] = asked;
  const isFirst = granted[0] !== undefined && includes(granted[0], first);
  return isFirst && others.every(scope => granted.some(grant => includes(grant, scope)));
}

/** The scopes, and those that a registry also asks for. */
export function withScopes(scopes: readonly string[], further: readonly string[]): readonly string[] {
  return [...scopes, ...further.filter(scope => !scopes.some(known => includes(known, scope)))];
}

/** Whether one scope allows all that another one asks for. */
export function includes(grant: string, asked: string): boolean {
  const [granted, wanted] = [split(grant), split(asked)];
  return (
    granted.resource === wanted.resource &&
    wanted.actions.every(action => granted.actions.includes(action) || granted.actions.includes('*'))
  );
}

function split(scope: string): { readonly resource: string; readonly actions: readonly string[] } {
  const colon = scope.lastIndexOf(':');
  return { resource: scope.slice(0, colon), actions: scope.slice(colon + 1).split(',') };
}

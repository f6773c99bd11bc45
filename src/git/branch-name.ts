import { PromoteError } from '../errors.ts';

const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^[/-]/;

/** Whether `name` may name a branch, by the rules of https://git-scm.com/docs/git-check-ref-format. */
export function isBranchName(name: string): boolean {
  if (name === '' || name === '@' || name === 'HEAD' || FORBIDDEN.test(name)) return false;
  return name.split('/').every(part => !part.startsWith('.') && !part.endsWith('.lock'));
}

/** The full name of a branch's ref; throws `INVALID` where `name` may not name a branch. */
export function branchRef(name: string): string {
  if (!isBranchName(name)) throw new PromoteError('INVALID', `${JSON.stringify(name)} cannot name a branch`);
  return `refs/heads/${name}`;
}

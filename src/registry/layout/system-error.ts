/** Whether a file operation failed because the file does not exist. */
export function isMissing(cause: unknown): boolean {
  return hasCode(cause, 'ENOENT');
}

/** Whether a file operation failed with this code of the operating system. */
export function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

/** Whether the error means that the file system cannot make the hard link. */
export function isUnlinkable(cause: unknown): boolean {
  return ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].some(code => hasCode(cause, code));
}

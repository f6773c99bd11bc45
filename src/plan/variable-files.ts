import { fileFormat } from '../pins/formats.ts';

/** Whether a file holds variables that compose reads. */
export function isDotenv(path: string): boolean {
  return /(?:^|\/)\.env$/.test(path);
}

/** Whether compose reads a file's variables for an environment's file, although `*` never matches `.env`. */
export function isVariables(path: string, paths: Iterable<string>, owns: (path: string) => boolean): boolean {
  if (!isDotenv(path)) return false;
  const folder = path.slice(0, -'.env'.length);
  const isBeside = (other: string) =>
    other.startsWith(folder) && !other.slice(folder.length).includes('/') && isCompose(other);
  return [...paths].some(other => isBeside(other) && owns(other));
}

function isCompose(path: string): boolean {
  return fileFormat(path)?.name === 'compose';
}

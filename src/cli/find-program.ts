import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { rethrowDefect } from '../errors.ts';

/** Finds the path of a program by its name, as a shell does. */
export function findProgram(name: string, path = ''): string | undefined {
  return path
    .split(delimiter)
    .filter(directory => directory !== '')
    .map(directory => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    rethrowDefect(error);
    return false;
  }
}

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/promote');

/** What `read` makes of a file, as JSON where it was made before: a large description takes seconds and much memory. */
export function keptJson<Value>(name: string, file: string, read: (text: string) => Value): Value {
  const { size, mtimeMs } = statSync(file);
  const kept = join(CACHE, `${name}-${size}-${mtimeMs}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const value = read(readFileSync(file, 'utf8'));
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(value));
  renameSync(`${kept}.${process.pid}`, kept);
  return value;
}

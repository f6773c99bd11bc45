import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, reasonOf, rethrowDefect } from '../errors.ts';
import type { HandedApproval } from '../plan/request.ts';
import type { Io } from './io.ts';

/** Bytes of one file: bundles have a few kilobytes each, and few people approve. */
const LIMIT = 4 * 1024 * 1024;

/** Reads signed approvals from files, one bundle a line; throws `USAGE` if a file cannot be read. */
export async function handedApprovals(
  { cwd }: Pick<Io, 'cwd'>,
  paths: readonly string[],
): Promise<readonly HandedApproval[]> {
  const read = paths.map(async path => {
    const text = await readText(cwd, path);
    const bundles = isOneObject(text) ? [text] : text.split('\n');
    return bundles
      .filter(bundle => bundle.trim() !== '')
      .map(bundle => ({ name: path, bytes: Buffer.from(bundle) }));
  });
  return (await Promise.all(read)).flat();
}

async function readText(cwd: string, path: string): Promise<string> {
  try {
    const bytes = await readFile(resolve(cwd, path));
    if (bytes.length <= LIMIT) return bytes.toString('utf8');
  } catch (cause) {
    rethrowDefect(cause);
    const { text, hint } = reasonOf(cause);
    throw new PromoteError('USAGE', `--approval ${path}: cannot be read: ${text}`, { hint, cause });
  }
  throw new PromoteError('USAGE', `--approval ${path}: it is larger than approvals are`);
}

/** Whether the text is one bundle that another tool formatted over several lines. */
function isOneObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch (error) {
    rethrowDefect(error);
    return false;
  }
}

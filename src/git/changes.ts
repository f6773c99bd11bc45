import { createHash } from 'node:crypto';
import { PromoteError } from '../errors.ts';
import { type FileChange, regularMode } from './objects.ts';
import type { TreeEntry } from './repository.ts';

/**
 * Throws `INVALID` for a path that must never be written: outside the tree, in `.git`, or a CI file.
 * `ciFiles` permits CI files.
 */
export function assertWritablePath(path: string, ciFiles = false): void {
  const reason = unwritablePath(path, ciFiles);
  if (reason !== undefined) throw refused(path, reason);
}

/** Why a path must never be written; `undefined` where it may be. */
export function unwritablePath(path: string, ciFiles = false): string | undefined {
  const parts = path.split('/');
  if (parts.some(part => part === '' || part === '.' || part === '..')) return 'not a path inside the tree';
  if (/[\x00-\x1f\x7f\\]/.test(path)) return 'it holds a control character or a backslash';
  if (parts.some(part => DOT_GIT.test(part))) return "it lies in Git's own directory";
  if (ciFiles) return undefined;
  const isCi = CI_FOLDERS.has(parts[0]?.toLowerCase() ?? '');
  if (isCi || parts.at(-1)?.toLowerCase() === '.gitlab-ci.yml') {
    return 'a promotion never writes CI files';
  }
  return undefined;
}

/** A path and the directories above it, outermost first. */
export function pathAndAncestors(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The files that differ from the parent's tree. Throws `INVALID` for an unwritable path or text. */
export function planChanges(
  parent: string,
  files: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, TreeEntry>,
): readonly FileChange[] {
  return [...files].flatMap(([path, text]) => {
    for (const ancestor of pathAndAncestors(path).slice(0, -1))
      assertDirectory(path, ancestor, files, entries);
    if (!text.isWellFormed()) throw refused(path, 'its text is not what UTF-8 can hold');
    const entry = entries.get(path);
    const mode = entry === undefined ? '100644' : regularMode(entry.mode);
    if (mode === undefined) throw refused(path, `it is not a regular file (mode ${entry?.mode})`);
    const after = blobName(text, parent.length === 64 ? 'sha256' : 'sha1');
    return after === entry?.object ? [] : [{ path, mode, before: entry?.object, after, text }];
  });
}

/** Where GitHub, Forgejo and Gitea look for workflows. */
const CI_FOLDERS = new Set(['.github', '.forgejo', '.gitea']);

// Windows and macOS also read these as `.git`: its short name, trailing dots or spaces, a stream's name.
const DOT_GIT = /^(\.git|git~1)[. ]*(:.*)?$/i;

function assertDirectory(
  path: string,
  ancestor: string,
  files: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, TreeEntry>,
): void {
  const mode = entries.get(ancestor)?.mode;
  if (files.has(ancestor) || (mode !== undefined && mode !== '040000')) {
    throw refused(path, `${JSON.stringify(ancestor)} is not a directory`);
  }
}

function blobName(text: string, algorithm: 'sha1' | 'sha256'): string {
  const content = Buffer.from(text);
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

function refused(path: string, reason: string): PromoteError {
  return new PromoteError('INVALID', `commit to ${JSON.stringify(path)} refused: ${reason}`);
}

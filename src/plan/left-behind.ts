import type { Mention } from '../pins/mentions/mention.ts';

/** Mentions that no promotion changes although the pins change: with a tag or a digest, or ignored without a reason. */
export function leftBehind(mentions: readonly Mention[]): readonly Mention[] {
  return mentions.filter(({ kind }) => kind === 'told' || kind === 'unreasoned');
}

/** The problem of such a mention in one line. */
export function mentionText({ kind, file, line, column, text }: Mention): string {
  const place = `${file}:${line}:${column}`;
  return kind === 'unreasoned'
    ? `${place} is ignored without a reason: ${text}`
    : `${place} stays as it is: ${text}`;
}

/** How to solve it. */
export function mentionCure({ kind, cure }: Mention): string {
  return kind === 'unreasoned' ? 'write one: # promote: ignore <reason>' : cure;
}

import type { SiteProblem } from './data.ts';
import type { SiteInput } from './input.ts';

/** What could not be read, pins of held digests, and mentions outside of pins; each once. */
export function problemsOf({ status, environments }: SiteInput): readonly SiteProblem[] {
  const { failures, unreadable, unread, mentions, pinnedWhileHeld } = status;
  const all: readonly SiteProblem[] = [
    ...failures.map(({ environment, message, hint }) => ({
      environment,
      text: message,
      hint: hint ?? undefined,
    })),
    ...environments.flatMap(({ name, failures: own }) =>
      own.map(({ message, hint }) => ({ environment: name, text: message, hint: hint ?? undefined })),
    ),
    ...unreadable.map(text => ({ environment: null, text })),
    ...unread.map(({ environment, reason }) => ({
      environment,
      text: `may hold a pin and cannot be read: ${reason}`,
    })),
    ...pinnedWhileHeld.map(({ environment, image, digest, pins, hint }) => ({
      environment,
      text: `${image} ${digest} is held, and pinned in ${pins.join(', ')}`,
      hint,
    })),
    ...mentions.map(({ file, line, text, hint }) => ({
      environment: null,
      text: `${file}:${line} names ${text}, and no promotion changes it`,
      hint,
    })),
  ];
  return [...new Map(all.map(problem => [`${problem.environment} ${problem.text}`, problem])).values()];
}

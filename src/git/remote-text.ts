import { patternOf, redact } from '../secrets/redact.ts';

const MAX_TEXT = 600;

/** Words of Git or a remote for a message: bounded, on one line, without control characters or secrets. */
export function remoteText(text: string, secrets: readonly string[] = []): string {
  const printed = text
    .replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .split(/[\r\n]+/)
    .map(line => line.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, ' ').trim())
    .filter(line => line !== '' && !/^(hint|warning):|^remote:\s*$/.test(line))
    .join('; ');
  const clean = redact(printed, patternOf(secrets));
  return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean;
}

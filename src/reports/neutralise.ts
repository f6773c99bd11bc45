/** Control characters, ANSI's escape, and the marks that reorder or hide text. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const BREAK = '\u200b';

/**
 * Makes text from outside safe to print. The result is one line without control characters, CI workflow
 * commands (`::set-output`, `##[group]`) and mentions (`@team`). A digest's `name@sha256:…` stays as it is.
 */
export function neutralise(text: string): string {
  return oneLine(text)
    .replace(/::(?=[a-z-]+(?:[ ,:]|$))/gi, `:${BREAK}:`)
    .replace(/##(?=\[)/g, `##${BREAK}`)
    .replace(/(?<!\w)@(?=\w)/g, `@${BREAK}`);
}

/** Text from outside on one line, without control characters and marks that reorder or hide text. */
export function oneLine(text: string): string {
  return text.replace(/\r\n|[\n\r\t]/g, ' ').replace(CONTROLS, '');
}

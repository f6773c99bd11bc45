import { setOutput, warning } from '@actions/core';

/** GitHub's limit of 1 MB an output, which it counts in UTF-16. */
const OUTPUT_LIMIT = 500_000;

/** Sets an output, or warns and leaves it empty where GitHub would not take it. */
export function setBoundedOutput(name: string, text: string): void {
  if (text.length > OUTPUT_LIMIT)
    warning(`the output ${name} is left empty: it is longer than GitHub allows`);
  setOutput(name, text.length > OUTPUT_LIMIT ? '' : text);
}

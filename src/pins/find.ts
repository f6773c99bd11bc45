import type { Pin, PinPath } from './pin.ts';
import { findSites } from './sites.ts';

/**
 * The pins of a deployment file, in the order of the text: Kubernetes objects, kustomizations, Helm values, and
 * what the rules of this file point at. Throws `INVALID` with file, line and column for a text that could hold a
 * pin and is not YAML, or whose pins are ambiguous; `TOO_LARGE` over 5 MiB; `CONFIGURATION` for a malformed path.
 */
export function findPins(file: string, text: string, rules: readonly PinPath[] = []): readonly Pin[] {
  return findSites(file, text, rules).map(({ pin }) => pin);
}

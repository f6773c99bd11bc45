import type { LintRule } from './rule.ts';
import { floatingTag } from './rules/floating-tag.ts';
import { foreignRegistry } from './rules/foreign-registry.ts';
import { missingDigest } from './rules/missing-digest.ts';
import { pullPolicy } from './rules/pull-policy.ts';
import { pullSecret } from './rules/pull-secret.ts';
import { twoDigests } from './rules/two-digests.ts';
import { unknownImage } from './rules/unknown-image.ts';

/** Every rule of lint, in the order of what it finds. */
export const LINT_RULES: readonly LintRule[] = [
  floatingTag,
  missingDigest,
  foreignRegistry,
  twoDigests,
  pullPolicy,
  pullSecret,
  unknownImage,
];

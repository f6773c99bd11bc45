/** The clean-ups that rules are printed for. */
export const CLEAN_UP_FORMATS = ['ecr', 'harbor', 'ghcr', 'gitlab', 'artifactory'] as const;

export type CleanUpFormat = (typeof CLEAN_UP_FORMATS)[number];

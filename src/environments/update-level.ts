/** How far a tag may move; `digest` not at all. */
export type UpdateLevel = 'digest' | 'patch' | 'minor' | 'major';

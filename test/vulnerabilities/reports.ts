import { OF_PLATFORMS } from './reports-of-platforms.ts';
import { OF_SCANNERS } from './reports-of-scanners.ts';

/** One small report of each format that is recognised. */
export const REPORTS = { ...OF_SCANNERS, ...OF_PLATFORMS };

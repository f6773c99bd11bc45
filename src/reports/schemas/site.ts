import { z } from 'zod';
import { count, text, texts } from './parts.ts';

/** `promote board` */
export const board = z.object({
  out: text.nullable().describe('the directory; null with --serve alone'),
  files: texts.describe('what was written there'),
  public: z.boolean().describe('without people, reasons, vulnerabilities and addresses'),
  verified: z.boolean().describe('the registries were asked for each pinned image'),
  environments: count,
  images: count,
  promotions: count.describe('commits that changed pins, as far back as was asked'),
  groups: count.describe('groups that are ready, wait, or are closed'),
  problems: count.describe('what is wrong or could not be read'),
});

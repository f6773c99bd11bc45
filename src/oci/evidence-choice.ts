import { PromoteError } from '../errors.ts';

/** The evidence to copy: all, none, or that of these artifact types with everything that refers to it. */
export type EvidenceChoice = 'all' | 'none' | readonly string[];

const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*$/i;

/** Reads `all`, `none`, or artifact types separated by commas; throws `USAGE`. */
export function parseEvidenceChoice(text: string): EvidenceChoice {
  if (text === 'all' || text === 'none') return text;
  const types = text.split(',').map(type => type.trim());
  if (types.every(type => MEDIA_TYPE.test(type))) return types;
  throw new PromoteError('USAGE', `evidence: expected all, none or artifact types, found ${text}`, {
    hint: 'artifact types read like application/spdx+json, several joined by commas; promote inspect shows those of an image',
  });
}

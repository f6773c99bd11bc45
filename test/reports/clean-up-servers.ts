import { minimatch } from 'minimatch';
import { expect } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import type { CleanUpFormat } from '../../src/reports/clean-ups/formats.ts';

/** The repository of ECR that the rules are for. */
export const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/production/api';

/** An artifact as a clean-up sees it. */
export interface Artifact {
  readonly digest: Digest;
  readonly tags: readonly string[];
  readonly days: number;
}

/**
 * Which artifacts each clean-up deletes, by what its documents and its source say. ECR: a rule decides about what has
 * all tags that it names, and no later rule does. Harbor: what no rule retains goes. GitLab: a tag goes that the one
 * expression matches as a whole and the other does not.
 */
export const SERVERS: Readonly<Record<CleanUpFormat, Server>> = {
  ecr: text => {
    // biome-ignore lint/suspicious/noExplicitAny: what AWS would parse.
    const { rules } = JSON.parse(text)[ECR] as any;
    expect(rules.length).toBeLessThanOrEqual(50);
    return ({ tags, days }) => {
      const rule = rules.find(({ selection }: { selection: { tagPatternList: string[] } }) =>
        selection.tagPatternList.every(pattern => tags.some(tag => isWildcardMatch(pattern, tag))),
      );
      return rule !== undefined && days > rule.selection.countNumber;
    };
  },
  harbor: text => {
    // biome-ignore lint/suspicious/noExplicitAny: what Harbor would parse.
    const [policy] = Object.values(JSON.parse(text)) as any[];
    expect(policy.rules.length).toBeLessThanOrEqual(15);
    return ({ tags, days }) =>
      !policy.rules.some(
        ({
          template,
          params,
          tag_selectors: [{ pattern, extras }],
          scope_selectors: { repository },
        }: Retain) =>
          minimatch('api', repository[0].pattern) &&
          (tags.length === 0
            ? JSON.parse(extras).untagged
            : tags.some(tag => minimatch(tag, pattern, { dot: true }))) &&
          (template === 'always' || days <= (params.nDaysSinceLastPush ?? 0)),
      );
  },
  ghcr: text => {
    const outputs = new Map(text.split('\n').map(line => line.split('=') as [string, string]));
    const skipped = outputs.get('skip-shas')?.split(',') ?? [];
    return ({ digest, days }) =>
      days > Number.parseInt(outputs.get('cut-off') ?? '', 10) && !skipped.includes(digest);
  },
  gitlab: text => {
    const policy = JSON.parse(text).container_expiration_policy_attributes;
    expect(policy.name_regex_keep.length).toBeLessThanOrEqual(255);
    const [doomed, kept] = [policy.name_regex_delete, policy.name_regex_keep].map(
      source => new RegExp(`^${source}$`),
    );
    // What loses all of its tags.
    return ({ tags, days }) =>
      tags.length > 0 &&
      days > Number.parseInt(policy.older_than, 10) &&
      tags.every(tag => doomed?.test(tag) && !kept?.test(tag));
  },
  artifactory: text => {
    const { files } = JSON.parse(text);
    const find = files[0].aql['items.find'];
    return ({ digest, tags, days }) => {
      const paths = [...(tags.length === 0 ? [digest] : tags)].map(name => `api/${name}`);
      return paths.every(
        path =>
          days > Number.parseInt(find.created.$before, 10) &&
          isWildcardMatch(find.path.$match, path) &&
          find.$and.every(
            ({ path: { $nmatch } }: { path: { $nmatch: string } }) => !isWildcardMatch($nmatch, path),
          ),
      );
    };
  },
};

/** Tells of the rules' text which artifacts are deleted. */
type Server = (text: string) => (artifact: Artifact) => boolean;

/** A rule of Harbor. */
export interface Retain {
  readonly template: string;
  readonly params: { readonly nDaysSinceLastPush?: number };
  readonly tag_selectors: readonly [{ readonly pattern: string; readonly extras: string }];
  readonly scope_selectors: { readonly repository: readonly [{ readonly pattern: string }] };
}

function isWildcardMatch(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

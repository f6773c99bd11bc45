import { LineCounter } from 'yaml';
import type { PinPath } from '../pin.ts';
import { readReference } from '../reference.ts';
import { composeSites } from './compose.ts';
import { deploymentSites } from './deployment.ts';
import { devcontainerSites } from './devcontainer.ts';
import { dockerfileSites } from './dockerfile.ts';
import { githubWorkflowSites } from './github-workflow.ts';
import { gitlabCiSites } from './gitlab-ci.ts';
import { ignoreReason } from './ignored.ts';
import type { ChangeableSite, ExplainedSite, FoundSite, ReferenceFormat, ReferenceSite } from './site.ts';
import { traceText } from './traced.ts';

/**
 * Every place in a file that names an image, and for those that no edit may change the reason. `rules` claim pins of
 * deployment files for known images; these are left out. Throws `INVALID` with file, line and column for what its
 * format cannot read, `TOO_LARGE` over 5 MiB.
 */
export function findReferences(
  file: string,
  text: string,
  format: ReferenceFormat,
  rules: readonly PinPath[] = [],
): readonly ReferenceSite[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  const rows = text.split('\n');
  const lineOf = (offset: number) => lines.linePos(offset).line;

  if (format === 'deployment') {
    return deploymentSites(file, text, rules).map(site => ignoring(site, ignoreReason(rows, site.line)));
  }
  const found = distinct(foundSites(file, text, format)).map(site => judge(site));
  return markShared(found);

  function judge(site: FoundSite): ReferenceSite {
    const { locator, start } = site;
    if (!('value' in site)) {
      const { written, why, reason } = site;
      return { kind: 'explained', file, locator, line: lineOf(start), written, why, reason };
    }
    const { value } = site;
    const place = { file, locator, line: lineOf(value.at[0] ?? start), written: value.text };
    const reference = readReference(value.text);
    if (reference === undefined) {
      return { ...place, kind: 'explained', why: 'unreadable', reason: 'it is no image reference' };
    }
    const near = [...new Set([start, ...value.at].map(lineOf))];
    const reason = near.map(line => ignoreReason(rows, line)).find(found => found !== undefined);
    const { tagOnly } = site;
    const kind = { kind: 'text', ...(tagOnly === undefined ? {} : { tagOnly }) } as const;
    return ignoring({ ...place, ...kind, reference, traced: value, shared: new Set() }, reason);
  }
}

function foundSites(
  file: string,
  text: string,
  format: Exclude<ReferenceFormat, 'deployment'>,
): readonly FoundSite[] {
  switch (format) {
    case 'dockerfile':
      return dockerfileSites(traceText(text));
    case 'compose':
      return composeSites(file, text);
    case 'gitlab-ci':
      return gitlabCiSites(file, text);
    case 'github-workflow':
      return githubWorkflowSites(file, text);
    case 'devcontainer':
      return devcontainerSites(file, text);
  }
}

/** One site for a value that YAML aliases give several places. */
function distinct(sites: readonly FoundSite[]): readonly FoundSite[] {
  const seen = new Set<string>();
  return sites.filter(({ locator, start }) => {
    const key = locator.includes(':') ? String(start) : locator;
    return !seen.has(key) && seen.add(key);
  });
}

/** Marks what different references have in common: a change for one would change the other. */
function markShared(sites: readonly ReferenceSite[]): readonly ReferenceSite[] {
  const readings = new Map<number, Set<string>>();
  for (const site of sites) {
    if (site.kind !== 'text') continue;
    for (const offset of site.traced.at) {
      readings.set(offset, (readings.get(offset) ?? new Set()).add(site.written));
    }
  }
  return sites.map(site => {
    if (site.kind !== 'text') return site;
    const shared = site.traced.at.filter(offset => (readings.get(offset)?.size ?? 0) > 1);
    return { ...site, shared: new Set(shared) };
  });
}

function ignoring(site: ChangeableSite, reason: string | undefined): ReferenceSite {
  return reason === undefined ? site : explained(site, 'ignored', reason);
}

function explained(site: ChangeableSite, why: ExplainedSite['why'], reason: string): ExplainedSite {
  const { file, locator, line, written } = site;
  return { kind: 'explained', file, locator, line, written, why, reason };
}

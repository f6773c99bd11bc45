import { parseFile } from './document.ts';
import { namesHost, valuesSites } from './helm.ts';
import { isObject, objectSites } from './kubernetes.ts';
import { entrySites, isKustomization } from './kustomize.ts';
import type { PinPath } from './pin.ts';
import { ruleSites } from './rule.ts';
import { type Site, scalarsOf } from './site.ts';
import { child, roots, type Spot } from './spot.ts';
import type { YamlNode } from './tree.ts';

const CANDIDATE = /image|repository|\\/; // a backslash may escape a letter of either

/** Every pin of a file with the scalars that hold it, in the order of the text. Throws as `parseFile` does. */
export function findSites(file: string, text: string, rules: readonly PinPath[]): readonly Site[] {
  if (rules.length === 0 && !CANDIDATE.test(text)) return [];
  const source = parseFile(file, text);
  const found = distinct(roots(source).flatMap(sitesIn));
  return merge(found, distinct(ruleSites(source, rules))).toSorted((a, b) => startOf(a) - startOf(b));
}

function sitesIn(root: Spot): readonly Site[] {
  if (isKustomization(root)) return entrySites(child(root, 'images'));
  return isObject(root) ? objectSites(root) : valuesSites(root);
}

/** Leaves out a site all of whose scalars an earlier one has: an alias, or a second reading of the same values. */
function distinct(sites: readonly Site[]): readonly Site[] {
  const taken = new Set<YamlNode>();
  return sites.filter(site => {
    const nodes = scalarsOf(site).map(scalar => scalar.node);
    const isNew = nodes.some(node => !taken.has(node));
    for (const node of nodes) taken.add(node);
    return isNew;
  });
}

/** Where the file names a repository with its host, that pin gets the rule's image; elsewhere the rule's pin stands. */
function merge(found: readonly Site[], ruled: readonly Site[]): readonly Site[] {
  const claims = new Map(ruled.flatMap(site => scalarsOf(site).map(({ node }) => [node, site] as const)));
  const claimOf = (site: Site) =>
    scalarsOf(site)
      .map(({ node }) => claims.get(node))
      .find(claim => claim);
  const kept = found.flatMap(site => {
    const image = claimOf(site)?.pin.image;
    if (image === undefined) return [site];
    return namesHost(site.repositoryText) ? [{ ...site, pin: { ...site.pin, image } }] : [];
  });
  const held = new Set(kept.flatMap(site => scalarsOf(site).map(({ node }) => node)));
  return [...kept, ...ruled.filter(site => !scalarsOf(site).some(({ node }) => held.has(node)))];
}

function startOf(site: Site): number {
  return Math.min(...scalarsOf(site).map(({ node }) => node.start));
}

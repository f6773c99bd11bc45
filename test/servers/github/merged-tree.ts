import { fields } from './request.ts';
import { at, filesOf, type World } from './world.ts';

/** The tree of the base with what the head changed since they parted; `undefined` where both changed a file. */
export async function mergedTree(world: World, base: string, head: string): Promise<string | undefined> {
  const { body } = await world.emulated.ask('GET', at(world, `compare/${base}...${head}`));
  const fork = String(fields(body, 'merge_base_commit').sha);
  const [before, ours, theirs] = await Promise.all([fork, base, head].map(commit => filesOf(world, commit)));
  const paths = new Set([...(before?.keys() ?? []), ...(theirs?.keys() ?? [])]);
  const changed = [...paths].filter(path => theirs?.get(path)?.sha !== before?.get(path)?.sha);
  const clash = changed.some(path => {
    const own = ours?.get(path)?.sha;
    return own !== before?.get(path)?.sha && own !== theirs?.get(path)?.sha;
  });
  if (clash) return undefined;
  const { body: commit } = await world.emulated.ask('GET', at(world, `git/commits/${base}`));
  const tree = changed.map(path => {
    const entry = theirs?.get(path) ?? before?.get(path);
    return { path, mode: entry?.mode, type: 'blob', sha: theirs?.get(path)?.sha ?? null };
  });
  const { body: made } = await world.emulated.ask('POST', at(world, 'git/trees'), {
    base_tree: fields(commit, 'tree').sha,
    tree,
  });
  return String(fields(made).sha);
}

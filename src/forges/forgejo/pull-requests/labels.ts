import { z } from 'zod';
import { type Forgejo, isUnseen } from '../forgejo.ts';
import { WRITE } from '../need.ts';

const MOST = 2000;
/** The color of a new label. */
const COLOR = '#6c757d';

const LABEL = z.object({ id: z.number(), name: z.string() });

type Label = z.infer<typeof LABEL>;

/** The ids of labels by name: the repository's, else its organization's, else new ones of the repository. */
export async function labelIds(forgejo: Forgejo, names: readonly string[]): Promise<readonly number[]> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return [];
  const known = await Array.fromAsync(
    forgejo.items({ doing: 'list the labels', path: 'labels' }, LABEL, MOST),
  );
  const idIn = (labels: readonly Label[], name: string) => labels.find(label => label.name === name)?.id;
  const isComplete = wanted.every(name => idIn(known, name) !== undefined);
  const shared = isComplete ? [] : await organizationLabels(forgejo);
  const ids: number[] = [];
  for (const name of wanted)
    ids.push(idIn(known, name) ?? idIn(shared, name) ?? (await createLabel(forgejo, name)));
  return ids;
}

/** The labels of the repository's organization; the repositories of a person have none. */
async function organizationLabels(forgejo: Forgejo): Promise<readonly Label[]> {
  const { owner } = forgejo;
  const path = `orgs/${encodeURIComponent(owner)}/labels`;
  try {
    const ask = { doing: `list the labels of ${owner}`, path, of: 'instance' } as const;
    return await Array.fromAsync(forgejo.items(ask, LABEL, MOST));
  } catch (error) {
    if (isUnseen(error)) return [];
    throw error;
  }
}

async function createLabel(forgejo: Forgejo, name: string): Promise<number> {
  const body = { name, color: COLOR };
  const ask = { doing: `make the label ${name}`, method: 'POST', path: 'labels', body, need: WRITE } as const;
  return (await forgejo.ask(ask, LABEL)).id;
}

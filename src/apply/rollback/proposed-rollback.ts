import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Digest } from '../../oci/digest.ts';
import { imagePins } from '../../plan/image-pins.ts';
import type { FormerPin } from '../../plan/rollback-target.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { readTrailers } from '../../plan/trailers.ts';
import type { ProposalRun } from '../../proposals/run.ts';

/** What the branch of a rollback changes, as its files and its newest commit tell. */
export interface ProposedRollback {
  /** The pins that differ from its merge base, with the digest that it takes from each. */
  readonly pins: readonly (FormerPin & { readonly from: Digest | undefined })[];
  /** The text of its holds file. */
  readonly holds: string | undefined;
  readonly reason?: string;
  /** Who asked for it, as it says: for people to read. */
  readonly requestedBy?: string | undefined;
}

/** Reads what the branch's head rolls back. */
export async function readProposedRollback(run: ProposalRun, head: string): Promise<ProposedRollback> {
  const { base, environment, environments, files, forge } = run;
  const { repository } = files;
  const read = async (commit: string) =>
    await readFiles(repository, commit, path => path === HOLDS_FILE || ownsFile(environment, path));
  const pinsIn = (texts: ReadonlyMap<string, string>) =>
    imagePins(environments, new Map([...texts].filter(([path]) => path !== HOLDS_FILE)));
  const mergeBase = (await forge.mergeBase(head, base.commit)) ?? base.commit;
  const [before, after] = [await read(mergeBase), await read(head)];
  const old = new Map(pinsIn(before).map(pin => [placeOf(pin), pin.pin]));
  const pins = pinsIn(after).flatMap(given => {
    const { image, pin } = given;
    const { file, locator, digest, tag } = pin;
    const from = old.get(placeOf(given));
    if (digest === undefined || (from?.digest === digest && from.tag === tag)) return [];
    const named = tag === undefined ? {} : { tag };
    return [{ image, file, locator, digest, ...named, from: from?.digest }];
  });
  const message = await newestMessage(run, head, new Set(pins.map(({ file }) => file)));
  const [requester] = readTrailers(message).requesters;
  const reason = /^Reason: (.+)$/m.exec(message)?.[1];
  return {
    pins,
    holds: after.get(HOLDS_FILE),
    ...(reason === undefined ? {} : { reason }),
    requestedBy: requester?.name,
  };
}

async function newestMessage(
  { files: { repository } }: ProposalRun,
  head: string,
  paths: ReadonlySet<string>,
): Promise<string> {
  for await (const { message } of repository.history(head, path => paths.has(path))) return message;
  return '';
}

function placeOf({ image, pin }: ImagePin): string {
  return `${image}\n${pin.file}\n${pin.locator}`;
}

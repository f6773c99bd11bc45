import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { readFiles, readKept } from '../git/read-files.ts';
import type { Head, Repository } from '../git/repository.ts';
import type { Files, Implied } from '../pins/together/implied.ts';
import { readBases } from '../pins/together/kustomize-files.ts';
import { impliedBy } from '../plan/image-pins.ts';
import { isDotenv, isVariables } from '../plan/variable-files.ts';
import { wantedFiles } from '../plan/wanted-files.ts';
import { readValues } from './read-values.ts';

/** An environment's files at the head of its branch, and what all of them together say. */
export interface TogetherFiles {
  /** The environments, with the rules and entries that the files imply. */
  readonly environments: Environments;
  readonly implied: Implied;
  /** The paths of all its files. */
  readonly owned: ReadonlySet<string>;
  /** The texts of files that may mention a known image. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files that its kustomizations build on and that are not its own. */
  readonly bases: ReadonlyMap<string, string>;
  /** Every file beside the environment's own that decides with them. */
  readonly beside: ReadonlyMap<string, string>;
  /** Charts whose own values are not the environment's, as `Files` has them. */
  readonly charts: NonNullable<Files['charts']>;
  /** The repository's holds file, where it has one. */
  readonly holds: string | undefined;
}

/** Reads the files, and others that decide with them. Files of `isNext` are read in the same request. */
export async function readTogether(
  {
    repository,
    head,
    environments,
    environment,
  }: {
    readonly repository: Repository;
    readonly head: Pick<Head, 'commit'>;
    readonly environments: Environments;
    readonly environment: Environment;
  },
  isNext: (path: string) => boolean = () => false,
): Promise<TogetherFiles> {
  const owns = (path: string) => path !== HOLDS_FILE && ownsFile(environment, path);
  const listed = await repository.list(head.commit);
  const owned = new Set(listed.filter(({ path }) => owns(path)).map(({ path }) => path));
  const files = listed.filter(
    ({ path }) =>
      owned.has(path) || path === HOLDS_FILE || isNext(path) || isVariables(path, owned, () => true),
  );
  const { keep, isNeeded } = wantedFiles(environments);
  const read = await readKept(repository, files, keep, path => path === HOLDS_FILE || isNeeded(path));
  const texts = new Map([...read].filter(([path]) => owned.has(path)));
  const variables = [...read].filter(([path]) => !owned.has(path) && isDotenv(path));
  const bases = await readBases(texts, async isWanted => await readFiles(repository, head.commit, isWanted));
  const all = new Set(listed.map(({ path }) => path));
  const { values, charts } = await readValues(
    { texts, bases, owned, all },
    {
      files: async isWanted => await readFiles(repository, head.commit, isWanted),
      holding: async (names, isHere) => {
        const others = listed.filter(({ path }) => !isHere(path) && /\.(?:ya?ml|json)$/i.test(path));
        return await readKept(
          repository,
          others,
          bytes => keep(bytes) && names.some(name => bytes.includes(name)),
          () => false,
        );
      },
    },
  );
  const beside = new Map([...variables, ...bases, ...values]);
  const implied = impliedBy(environments, environment, texts, beside, charts);
  const whole = { ...environments, implied: implied.rules, entries: implied.entries };
  const holds = read.get(HOLDS_FILE);
  return { environments: whole, implied, owned, texts, bases, beside, charts, holds };
}

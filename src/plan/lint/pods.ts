import type { RepositoryName } from '../../oci/reference.ts';
import type { FileReading } from '../../pins/read.ts';
import { readReference } from '../../pins/site/reference.ts';
import { positionAt, type Spot } from '../../pins/yaml/source.ts';
import { child, items, mappings, roots, scalarAt, textAt } from '../../pins/yaml/spot.ts';
import type { Place } from '../check.ts';

/** A description of pods, wherever it is in an object. */
export interface Pod {
  /** The repositories of the images that its containers name. */
  readonly repositories: readonly { readonly name: RepositoryName; readonly place: Place }[];
  readonly hasSecrets: boolean;
  readonly account: string;
  /** Empty where the object names none. */
  readonly namespace: string;
}

/** A service account. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
  readonly hasSecrets: boolean;
}

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** The pods that a file's Kubernetes objects describe. */
export function podsIn({ yaml, file }: FileReading): readonly Pod[] {
  return objectsIn(yaml).flatMap(object =>
    mappings(object).flatMap((mapping): readonly Pod[] => {
      const containers = CONTAINERS.flatMap(key => items(child(mapping, key)));
      const repositories = containers.flatMap(container => repositoryOf(container, file));
      if (repositories.length === 0) return [];
      const account = textAt(mapping, 'serviceAccountName') || textAt(mapping, 'serviceAccount') || 'default';
      return [{ repositories, account, hasSecrets: hasSecrets(mapping), namespace: namespaceOf(object) }];
    }),
  );
}

/** The service accounts of a file. */
export function accountsIn({ yaml }: FileReading): readonly Account[] {
  const accounts = objectsIn(yaml).filter(object => textAt(object, 'kind') === 'ServiceAccount');
  return accounts.map(account => ({
    name: textAt(child(account, 'metadata'), 'name'),
    namespace: namespaceOf(account),
    hasSecrets: hasSecrets(account),
  }));
}

function objectsIn(yaml: FileReading['yaml']): readonly Spot[] {
  return (yaml === undefined ? [] : roots(yaml)).flatMap(root =>
    textAt(root, 'kind').endsWith('List') ? items(child(root, 'items')) : [root],
  );
}

function repositoryOf(container: Spot, file: string): Pod['repositories'] {
  const image = scalarAt(container, 'image');
  const name = readReference(image?.node.text ?? '')?.repository;
  if (image === undefined || name === undefined) return [];
  const { line, col: column } = positionAt(image.source, image.node.start);
  return [{ name, place: { file, line, column } }];
}

function hasSecrets(spot: Spot): boolean {
  return items(child(spot, 'imagePullSecrets')).length > 0;
}

function namespaceOf(object: Spot): string {
  return textAt(child(object, 'metadata'), 'namespace');
}

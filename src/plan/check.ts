import canonicalize from 'canonicalize';
import type { Environment, Environments } from '../environments/environments.ts';
import { imageNamed, matchesGlob, ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { digestOf } from '../oci/digest.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import { targetPull } from './candidates.ts';
import { pinReader } from './image-pins.ts';
import type { ImagePin } from './snapshot.ts';

/** Something to know about an environments file in its world. An `error` keeps promotions from working. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  /** An environment's name, or a key of the file. */
  readonly subject: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Globs that match nothing, and files without a pin of ours. */
export function checkFiles(
  environment: Environment,
  paths: readonly string[],
  pins: readonly ImagePin[],
): readonly Finding[] {
  const { name, files, registries } = environment;
  const own = paths.filter(path => ownsFile(environment, path));
  const unmatched = (globs: readonly string[], among: readonly string[], key: string) =>
    globs
      .filter(glob => !among.some(path => matchesGlob(path, glob)))
      .map((glob): Finding => {
        const message = `${key}: ${JSON.stringify(glob)} matches no file`;
        return { severity: 'warning', subject: name, message, hint: 'correct the glob, or take it out' };
      });
  const pinless: Finding = {
    severity: 'error',
    subject: name,
    message: `none of its ${own.length} files pins an image of ours`,
    hint: 'pin a repository that the environments file knows, or say where with images.*.pins',
  };
  return [
    ...unmatched(files, paths, 'files'),
    ...registries.flatMap(registry => unmatched(registry.files, own, `registry ${registry.push}: files`)),
    ...(own.length > 0 && pins.length === 0 ? [pinless] : []),
  ];
}

/** Places that name a known image and are no pins: they stay as they are whatever is promoted. */
export function checkMentions(
  { name: subject }: Environment,
  mentions: readonly Mention[],
): readonly Finding[] {
  return mentions.flatMap(mention => findingOf(subject, mention) ?? []);
}

function findingOf(subject: string, mention: Mention): Finding | undefined {
  const { kind, file, line, column, text, image, cure: hint } = mention;
  const place = `${file}:${line}:${column}: ${text}`;
  switch (kind) {
    case 'told':
      return {
        severity: 'warning',
        subject,
        message: `${place} names ${image}, and no promotion changes it`,
        hint,
      };
    case 'note':
      return {
        severity: 'note',
        subject,
        message: `${place} names ${image}, without a tag or a digest`,
        hint,
      };
    case 'unreasoned': {
      const message = `${place} is ignored without a reason`;
      return { severity: 'error', subject, message, hint: 'write one: # promote: ignore <reason>' };
    }
    case 'settled':
      return undefined;
  }
}

/** Pins that no promotion could edit, which closes every one of their images. */
export function checkEdits(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
  pins: readonly ImagePin[],
): readonly Finding[] {
  const { edit } = pinReader(environments);
  return pins.flatMap(({ image, pin }): readonly Finding[] => {
    const { file, locator, tag = 'latest' } = pin;
    const repository = targetPull(imageNamed(environments, image), environment, pin);
    try {
      edit(file, texts.get(file) ?? '', [{ locator, target: { repository, tag, digest: ANY } }]);
      return [];
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code !== 'INVALID') throw error;
      const { message, hint } = error;
      return [{ severity: 'error', subject: environment.name, message, hint }];
    }
  });
}

/** Stands for the digest of a promotion to come. */
const ANY = digestOf('');

/** Images that no environment pins, and rules whose globs match no file of any. */
export function checkImages(
  { images }: Environments,
  paths: readonly string[],
  pins: readonly ImagePin[],
): readonly Finding[] {
  return images.flatMap(({ name, pins: rules }): readonly Finding[] => {
    const subject = `images.${name}`;
    const idle = rules.filter(({ files }) => !paths.some(path => matchesGlob(path, files)));
    return [
      ...idle.map(({ files }): Finding => {
        const message = `pins: ${JSON.stringify(files)} matches no file of any environment`;
        return { severity: 'warning', subject, message, hint: 'correct the glob, or take the rule out' };
      }),
      ...(pins.some(({ image }) => image === name)
        ? []
        : [{ severity: 'warning', subject, message: 'pinned in no environment' } as const]),
    ];
  });
}

/** Gated environments whose signatures an environment without gates can make just as well. */
export function checkKeys({ environments }: Environments): readonly Finding[] {
  const keyOf = ({ signing }: Environment) => signing && canonicalize(signing.by);
  const isGated = ({ gates }: Environment) => Object.keys(gates).length > 0;
  return environments.filter(isGated).flatMap((gated): readonly Finding[] => {
    const key = keyOf(gated);
    const sharing = environments.filter(
      other => !isGated(other) && key !== undefined && keyOf(other) === key,
    );
    if (sharing.length === 0) return [];
    const names = sharing.map(({ name }) => name).join(', ');
    const message = `its key also signs for ${names}, where no gate is asked for`;
    const hint = `give ${gated.name} a key of its own under environments.${gated.name}.signing`;
    return [{ severity: 'warning', subject: gated.name, message, hint }];
  });
}

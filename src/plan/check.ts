import canonicalize from 'canonicalize';
import type { Environment, Environments, Refresh } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { imageNamed, matchesGlob, ownsFile } from '../environments/locate.ts';
import { includesFile } from '../environments/refresh.ts';
import { bareVersion } from '../environments/tags/tags.ts';
import { PromoteError } from '../errors.ts';
import { digestOf } from '../oci/digest.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import { pinReader, type UnreadableFile } from './image-pins.ts';
import { commandOn } from './invocation.ts';
import { decidingPins, pinTarget, type Wanted } from './pin-target.ts';
import type { ImagePin } from './snapshot.ts';
import type { SpecialFile } from './special-file.ts';
import { unprovable, unwritable as unwritableForm } from './unwritable.ts';

/**
 * A finding about an environments file and the files and registries that it names. An `error` keeps promotions from
 * working.
 */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  /** An environment's name, or a key of the file. */
  readonly subject: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Set if it says that something is as it should be. */
  readonly ok?: true | undefined;
  /** Set if it says that something was not checked. */
  readonly unchecked?: true | undefined;
  /** The gate that closes a promotion for the same reason. */
  readonly gate?: 'hold' | undefined;
  /** The lint rule that says so. */
  readonly rule?: string | undefined;
  /** Where it is, if that is in a file: line and column from 1. */
  readonly place?: Place | undefined;
}

/** A place in a file of the repository. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Globs that match nothing, also no link or submodule, and no pin of ours if no unreadable file may hold one. */
export function checkFiles(
  environment: Environment,
  paths: readonly string[],
  pins: readonly ImagePin[],
  unreadable: readonly UnreadableFile[] = [],
  irregular: readonly string[] = [],
): readonly Finding[] {
  const { name, files, exclude = [], registries } = environment;
  const own = paths.filter(path => ownsFile(environment, path));
  const all = [...paths, ...irregular];
  const unmatched = (globs: readonly string[], among: readonly string[], key: string) =>
    globs.filter(glob => !namesAny(glob, among)).map(glob => idleGlob(name, key, glob));
  const pinless: Finding = {
    severity: 'error',
    subject: name,
    message: `none of its ${own.length} files pins an image of ours`,
    hint: 'pin a repository that the environments file knows, or say where with images.*.pins',
  };
  return [
    ...unmatched(files, all, 'files'),
    ...exclude.filter(glob => !namesAny(`!${glob}`, all)).map(glob => idleGlob(name, 'exclude', glob)),
    ...registries.flatMap(registry => unmatched(registry.files, own, `registry ${registry.push}: files`)),
    ...(own.length > 0 && pins.length + unreadable.length === 0 ? [pinless] : []),
  ];
}

/** Mentions of a known image outside of pins: no promotion changes them. */
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

/** Files that may hold a pin and cannot be read. An environment with such files gets no promotions. */
export function checkUnreadable(
  { name: subject }: Environment,
  unreadable: readonly UnreadableFile[],
): readonly Finding[] {
  return unreadable.map(({ error: { message, hint } }) => ({ severity: 'error', subject, message, hint }));
}

/** Symbolic links, submodules and the like, which stay as they are whatever is promoted. */
export function checkSpecial(
  { name: subject }: Environment,
  special: readonly SpecialFile[],
): readonly Finding[] {
  return special.map(({ path, what, hint, isNote }) => ({
    severity: isNote ? 'note' : 'warning',
    subject,
    message: `${path} is ${what}`,
    hint,
  }));
}

/** Pins that no promotion can edit; each closes its image. */
export function checkEdits(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
  pins: readonly ImagePin[],
  whyUnwritable: (path: string) => string | undefined = () => undefined,
): readonly Finding[] {
  const { edit } = pinReader(environments);
  return pins.flatMap((known): readonly Finding[] => {
    const { image, pin } = known;
    const { file, locator } = pin;
    const unwritable = whyUnwritable(file);
    if (unwritable !== undefined) {
      const message = `${JSON.stringify(file)} is never written: ${unwritable}`;
      const hint = 'rename the file, or leave it out of the environment’s `files`';
      return [{ severity: 'error', subject: environment.name, message, hint }];
    }
    const [logical, decides] = [imageNamed(environments, image), decidingPins(pins, image).includes(known)];
    const wanted = likeNow(pin);
    const refused = unwritableForm(logical, environment, pin, wanted, decides);
    if (refused !== undefined) {
      return [{ severity: 'error', subject: environment.name, message: refused.reason, hint: refused.hint }];
    }
    try {
      edit(file, texts.get(file) ?? '', [{ locator, target: pinTarget(logical, environment, pin, wanted) }]);
      const { name: subject } = environment;
      const unproven = decides ? unprovable(environment, pin) : undefined;
      return unproven
        ? [{ severity: 'warning', subject, message: unproven.reason, hint: unproven.hint }]
        : [];
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code !== 'INVALID') throw error;
      const { message, hint } = error;
      return [{ severity: 'error', subject: environment.name, message, hint }];
    }
  });
}

/** A future promotion of the tag that is pinned now. */
function likeNow({ tag = 'latest' }: ImagePin['pin']): Wanted {
  return { digest: ANY, tags: [{ name: tag, moves: false }], version: bareVersion({ tag }) ?? tag };
}

/** A placeholder for the digest of a future promotion. */
const ANY = digestOf('');

/** Pins by tag alone without a digest in our records; an error if another environment takes from them. */
export function checkRecords(
  { environments }: Environments,
  { name }: Environment,
  pins: readonly ImagePin[],
): readonly Finding[] {
  const isSource = environments.some(({ from }) => sourceNames(from).includes(name));
  return pins.flatMap(({ unproven }): readonly Finding[] => {
    if (unproven === undefined) return [];
    const severity = isSource ? 'error' : 'warning';
    return [{ severity, subject: name, message: unproven.reason, hint: unproven.hint }];
  });
}

/** Whether a glob matches one of the paths, an excluding glob too. */
function namesAny(glob: string, paths: readonly string[]): boolean {
  const leavesOut = glob.startsWith('!');
  return paths.some(path => matchesGlob(path, leavesOut ? glob.slice(1) : glob, { dot: leavesOut }));
}

function idleGlob(subject: string, key: string, glob: string): Finding {
  const message = `${key}: ${JSON.stringify(glob)} matches no file`;
  return { severity: 'warning', subject, message, hint: 'correct the glob, or take it out' };
}

/** Notes an environment whose tags all move: its pins carry an additional tag. */
export function checkTags({ name, tags }: Environment): readonly Finding[] {
  if (!tags.every(({ moves }) => moves)) return [];
  const message = `its tags all move, so its pins carry ${name}-{digest12}, which is set as well`;
  return [
    { severity: 'note', subject: name, message, hint: 'add a tag that does not move, such as "{tag}"' },
  ];
}

/** Workflows that a refresh changes, although the token of a workflow's own job cannot push them. */
export function checkWorkflows(refresh: Refresh, paths: readonly string[]): readonly Finding[] {
  const found = paths.filter(
    path => path.startsWith('.github/workflows/') && includesFile(refresh, path, false),
  );
  const [first] = found;
  if (first === undefined) return [];
  const message = `include names ${found.length === 1 ? first : `${first} and ${found.length - 1} more`}, and GITHUB_TOKEN cannot push workflows`;
  const hint = 'give refresh the token of an App or a person, with the permission workflows: write';
  return [{ severity: 'warning', subject: 'refresh', message, hint }];
}

/** Images that no environment pins. */
export function checkImages(environments: Environments, pins: readonly ImagePin[]): readonly Finding[] {
  return environments.images
    .filter(({ name }) => !pins.some(({ image }) => image === name))
    .map(({ name }) => ({
      severity: 'warning',
      subject: `images.${name}`,
      message: 'pinned in no environment',
      hint: `see what came near, and what comes next: ${commandOn(environments, 'explain', name)}`,
    }));
}

/** Gated environments whose signing key an environment without gates uses too. */
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

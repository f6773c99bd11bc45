import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import { fileFormat } from '../../pins/formats.ts';
import { isProse } from '../../pins/mentions/comments.ts';
import type { Pin } from '../../pins/pin.ts';
import { type FileReading, isPin, readFile } from '../../pins/read.ts';
import { type PinSite, placeOf, scalarsOf } from '../../pins/site/site.ts';
import { positionAt } from '../../pins/yaml/source.ts';
import { child, scalarAt } from '../../pins/yaml/spot.ts';
import type { Place } from '../check.ts';
import { claimedPlaces, isOwn, knownIn, pinPaths } from '../image-pins.ts';
import { type Account, accountsIn, type Pod, podsIn } from './pods.ts';

/** Everything that the rules look at. */
export interface LintedWorld {
  readonly environments: Environments;
  readonly environment: Environment;
  readonly pins: readonly LintedPin[];
  readonly pods: readonly Pod[];
  readonly accounts: readonly Account[];
  /** Files that could not be read. */
  readonly unread: readonly string[];
}

/** A pin of any image, known or not, that no comment settles. */
export interface LintedPin {
  readonly pin: Pin;
  readonly place: Place;
  /** As the file writes it. */
  readonly written: string;
  /** The image's name in the environments file. */
  readonly image: string | undefined;
  /** When nodes pull it, as a key beside it says. */
  readonly policy: { readonly text: string; readonly place: Place } | undefined;
  /** Whether it is read, and edited, by what the environments file knows. */
  readonly isKnownFile: boolean;
}

/** Reads an environment's files as far as they can be read. */
export function readWorld(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
): LintedWorld {
  const read = [...texts].map(([file, text]) => readText(environments, environment, file, text));
  return {
    environments,
    environment,
    pins: read.flatMap(({ pins }) => pins),
    pods: read.flatMap(({ pods }) => pods),
    accounts: read.flatMap(({ accounts }) => accounts),
    unread: read.flatMap(({ unread }) => unread),
  };
}

type Read = Pick<LintedWorld, 'pins' | 'pods' | 'accounts' | 'unread'>;

const NOTHING: Read = { pins: [], pods: [], accounts: [], unread: [] };
const DATA = /\.(?:ya?ml|json)$/i;

function readText(environments: Environments, environment: Environment, file: string, text: string): Read {
  const isRead = fileFormat(file) !== undefined || DATA.test(file);
  const rules = pinPaths(environments, file);
  if (isProse(file) || (!isRead && rules.length === 0))
    return { ...NOTHING, unread: isProse(file) ? [] : [file] };
  const known = knownIn(environments);
  try {
    const isKnownFile = rules.length > 0 || known.mayNameOne(text);
    const reading = isKnownFile
      ? readFile(file, text, rules, { known, places: claimedPlaces(environments, file) })
      : readFile(file, text);
    const nameOf = ({ image, repository }: Pin) =>
      image ?? (repository === undefined ? undefined : known.images.get(repository));
    // A part that an edit would add is not in the file yet.
    const present = reading.sites.filter(isPin).filter(({ parts }) => parts.kind !== 'added');
    const pins = present.flatMap((site): readonly LintedPin[] => {
      const image = nameOf(site.pin);
      if ((site.guessed && image === undefined) || !isOwn(environment, site.pin)) return [];
      const { pin, written } = site;
      return [{ pin, written, image, place: placeOf(site, text), policy: policyBeside(site), isKnownFile }];
    });
    return { ...NOTHING, pins, ...ofPods(reading) };
  } catch (error) {
    if (!(error instanceof PromoteError) || (error.code !== 'INVALID' && error.code !== 'TOO_LARGE'))
      throw error;
    return { ...NOTHING, unread: [file] };
  }
}

function ofPods(reading: FileReading): Pick<Read, 'pods' | 'accounts'> {
  return { pods: podsIn(reading), accounts: accountsIn(reading) };
}

/** A container's `imagePullPolicy`, a chart's `pullPolicy`. */
function policyBeside(site: PinSite): LintedPin['policy'] {
  const holder = scalarsOf(site).at(-1)?.way?.from;
  const scalar = ['imagePullPolicy', 'pullPolicy'].map(key => scalarAt(holder, key)).find(Boolean);
  const found = scalar ?? scalarAt(child(holder, 'image'), 'pullPolicy');
  if (found === undefined || found.node.text === '') return undefined;
  const { line, col: column } = positionAt(found.source, found.node.start);
  return { text: found.node.text, place: { file: site.pin.file, line, column } };
}

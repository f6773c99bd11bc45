import { type Digest, shortDigest } from '../oci/digest.ts';
import type { PromotionRecord } from '../records/statement.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import type { custody } from './schemas/custody.ts';
import type { Json } from './schemas/parts.ts';

/** The claims of an image's attached provenance about its build. */
export interface Built {
  readonly manifest: Digest;
  readonly builder: string;
  readonly buildType?: string | undefined;
  readonly source?: string | undefined;
  readonly ref?: string | undefined;
  readonly workflow?: string | undefined;
  /** The signer, as the signature names it. */
  readonly by?: string | undefined;
  /** Whether it satisfies the gates of the entry environment. */
  readonly verified: boolean;
}

/** Something unproven, with its code. */
export interface Gap {
  /** Absent: it is about the build. */
  readonly environment?: string | undefined;
  readonly code: string;
  readonly detail: string;
}

/** One promotion of the chain, from its record. */
export interface CustodyStep {
  readonly environment: string;
  readonly record: PromotionRecord;
  /** The manifest that contains the record. */
  readonly manifest: Digest;
  /** Who signed the record. */
  readonly recordedBy: string;
  /** Who signed the image for the environment; absent: no accepted signer did. */
  readonly signedBy?: string | undefined;
  /** Its verification summary; absent: none is required, or none counts. */
  readonly summary?:
    | { readonly manifest: Digest; readonly levels: readonly string[]; readonly policyUri: string }
    | undefined;
}

/** The way of one digest into one repository of an environment, the build first. */
export interface Chain {
  readonly environment: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly built: readonly Built[];
  readonly steps: readonly CustodyStep[];
  readonly gaps: readonly Gap[];
}

/** The ways of an image from its build to its environments. */
export interface Custody {
  readonly image: string;
  readonly chains: readonly Chain[];
}

/** Whether every chain is proven from the build to its end. */
export function isProven({ chains }: Custody): boolean {
  return chains.length > 0 && chains.every(({ gaps }) => gaps.length === 0);
}

/** Reports each chain step by step, and its unproven parts. */
export function custodyReport(result: Custody): Report {
  const { image, chains } = result;
  const json = { image, proven: isProven(result), chains } satisfies Json<typeof custody>;
  return { blocks: chains.flatMap(chain => chainBlocks(image, chain)), json };
}

function chainBlocks(image: string, chain: Chain): readonly Block[] {
  const { environment, repository, digest, built, steps, gaps } = chain;
  const verdict =
    gaps.length === 0
      ? phrase('proven', 'good')
      : phrase(`${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`, 'bad');
  return [
    heading(phrase(environment), phrase(image), phrase(shortDigest(digest), 'quiet'), verdict),
    line(phrase(`at ${repository}`, 'quiet')),
    {
      kind: 'items',
      items: [
        ...built.map(builtItem),
        ...steps.flatMap(stepItems),
        ...gaps.map(({ environment: where = 'build', code, detail }) => [
          phrase('gap', 'bad'),
          phrase(`${where}:`),
          phrase(`${code}: ${detail}`),
        ]),
      ],
    },
  ];
}

function builtItem({ builder, source, ref, workflow, by, verified }: Built): readonly Phrase[] {
  const from = source === undefined ? '' : ` from ${source}${ref === undefined ? '' : ` at ${ref}`}`;
  const told = workflow === undefined ? '' : `, ${workflow}`;
  const signer = by === undefined ? '' : `by ${by}, `;
  return [
    phrase('built', verified ? 'good' : 'wait'),
    phrase(`by ${builder}${from}${told}`),
    phrase(`(${signer}${verified ? 'verified' : 'not verified: its word alone'})`, 'quiet'),
  ];
}

function stepItems({ record, recordedBy, signedBy, summary }: CustodyStep): readonly (readonly Phrase[])[] {
  const { kind, environment, planDigest, environmentsHash, time, approvals, requestedBy } = record;
  const what = kind === 'rollback' ? 'rolled back' : `<- ${environment.from}`;
  const approved = approvals.map(({ name, authenticated }) => (authenticated ? name : `${name} (stated)`));
  const closed = record.verdicts.filter(verdict => verdict.kind !== 'open');
  const facts = [
    `recorded by ${recordedBy}`,
    ...(signedBy === undefined ? [] : [`signed by ${signedBy}`]),
    approved.length === 0 ? 'approved by nobody' : `approved by ${approved.join(', ')}`,
    ...(requestedBy === undefined ? [] : [`asked for by ${requestedBy}`]),
    ...(record.pullRequestUrl === undefined ? [] : [record.pullRequestUrl]),
    ...(record.runUrl === undefined ? [] : [record.runUrl]),
    `policy ${shortDigest(environmentsHash)} at ${record.base.commit.slice(0, 12)}`,
    ...(summary === undefined ? [] : [`summarised: ${summary.levels.join(', ')}`]),
    ...closed.map(({ gate, kind: answer }) => `${gate} was ${answer}`),
  ];
  return [
    [
      phrase(environment.to, 'good'),
      phrase(what),
      phrase(`${time}, plan ${shortDigest(planDigest)}`, 'quiet'),
    ],
    [phrase(`  ${facts.join('; ')}`)],
  ];
}

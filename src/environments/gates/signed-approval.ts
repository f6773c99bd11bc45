import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { duration, key, milliseconds, text } from '../text.ts';
import { identitySchema, normaliseTrusted, type TrustedSource } from '../trusted-source.ts';

/** One person, and everything that signs as this person. */
export interface Approver {
  readonly name: string;
  /** The person's account at the forge. Nobody may approve what this account asked for. Absent: the name. */
  readonly forge?: string | undefined;
  readonly signers: readonly TrustedSource[];
  /** A path to Sigstore's trusted root, for identities; absent: the public one. */
  readonly trustedRoot?: string | undefined;
}

/** How many people have to sign an approval, and who may. */
export interface SignedApproval {
  readonly count: number;
  /** How long an approval may count, in milliseconds. */
  readonly maxAge: number;
  readonly signers: readonly Approver[];
}

/** How long an approval counts by default. */
export const APPROVAL_AGE = '7d';

const approver = z
  .strictObject({
    name: text.describe('Who it is: one entry is one person.'),
    forge: text
      .exactOptional()
      .describe("The person's account at the forge, whose own requests count as asked; default: the name."),
    keys: z.array(key).min(1).exactOptional().describe('Public keys: paths, or env://NAME.'),
    identities: z
      .array(identitySchema)
      .min(1)
      .exactOptional()
      .describe('Identities that certificates were issued to.'),
    trustedRoot: text
      .exactOptional()
      .describe("Path to Sigstore's trusted root, for identities; default: the public one."),
  })
  .refine(
    ({ keys, identities }) => keys !== undefined || identities !== undefined,
    'a person signs with `keys`, or as one of `identities`',
  );

/** The keys of an approval that only one by signature has. */
export const signedShape = {
  maxAge: duration
    .exactOptional()
    .describe(`With signature: how long an approval may count; default: ${APPROVAL_AGE}.`),
  signers: z.array(approver).min(1).exactOptional().describe('With signature: the people who may approve.'),
};

interface Written {
  readonly count?: number;
  readonly maxAge?: string;
  readonly signers?: readonly z.infer<typeof approver>[];
}

/** The normal form of an approval by signature. */
export function normaliseSigned({ count = 1, maxAge = APPROVAL_AGE, signers = [] }: Written): SignedApproval {
  return {
    count,
    maxAge: milliseconds(maxAge),
    signers: signers.map(({ name, forge, keys = [], identities = [], trustedRoot }) => ({
      name,
      forge,
      signers: [...keys, ...identities].map(normaliseTrusted),
      trustedRoot,
    })),
  };
}

/** What is wrong with an approval by signature. */
export function signedIssues(written: Written, path: Path): readonly Issue[] {
  if (written.signers === undefined) {
    const message = 'approval by signature needs `signers`';
    const hint = 'signers: [{ name: alice, keys: [alice.pub] }, …]';
    return [{ path: [...path, 'by'], at: 'value', message, hint }];
  }
  const { count, signers } = normaliseSigned(written);
  return [...tooMany(count, signers.length, path), ...twice(signers, path)];
}

function tooMany(count: number, able: number, path: Path): readonly Issue[] {
  if (count <= able) return [];
  const message = `${count} approvals are needed, but ${able} may approve`;
  return [
    { path: [...path, 'count'], at: 'value', message, hint: 'name more signers, or ask for fewer approvals' },
  ];
}

/** One person in two entries, or one key of two people, would count as two. */
function twice(signers: readonly Approver[], path: Path): readonly Issue[] {
  return signers.flatMap((one, index): readonly Issue[] => {
    const before = signers.slice(0, index);
    const at = [...path, 'signers', index];
    const name = before.find(other => isSamePerson(other, one));
    if (name !== undefined)
      return [
        {
          path: [...at, 'name'],
          at: 'value',
          message: `${one.name} has an entry already, and one entry is one person`,
          hint: 'write all keys and identities of a person into one entry',
        },
      ];
    const shared = before.find(other =>
      one.signers.some(signer => other.signers.some(known => isDeepStrictEqual(known, signer))),
    );
    if (shared === undefined) return [];
    const message = `${shared.name} signs with one of these, too, and a signature is of one person`;
    return [{ path: at, at: 'value', message, hint: 'give each person a key or an identity of their own' }];
  });
}

function isSamePerson(left: Approver, right: Approver): boolean {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  return same(left.name, right.name) || same(left.forge ?? left.name, right.forge ?? right.name);
}

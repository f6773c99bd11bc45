import { z } from 'zod';
import { duration, key, text } from '../text.ts';
import { identitySchema } from './signing.ts';

const ONE_SIGNER = 'a signature is by a `key`, or else `keyless`';

const approval = z.strictObject({
  count: z.int().min(1).max(100).exactOptional().describe('How many approvals are needed; default: 1.'),
  users: z
    .array(text)
    .exactOptional()
    .describe('Who may approve; default: anyone the way of approval allows.'),
  teams: z.array(text).exactOptional().describe('Teams whose members may approve, as organisation/team.'),
  by: z
    .enum(['review', 'environment', 'stated'])
    .exactOptional()
    .describe(
      "review (default): of the pull request; environment: the CI's protected environment; " +
        'stated: --approved-by, recorded as unauthenticated.',
    ),
});

const freeze = z.strictObject({
  cron: text.describe('When the freeze begins, as five cron fields.'),
  for: duration.describe('How long it lasts.'),
  timezone: text.exactOptional().describe('An IANA time zone; default: UTC.'),
});

const signer = z.strictObject({
  key: key.exactOptional().describe('A public key: a path, or env://NAME.'),
  keyless: identitySchema.exactOptional().describe('An identity that a certificate was issued to.'),
  trustedRoot: text
    .exactOptional()
    .describe("Path to Sigstore's trusted root, for certificates; default: the public one."),
});

/** Whose signatures the gate accepts: of those for an image, one suffices. */
export const acceptedSchema = acceptedOf('The images it is accepted for; default: all.');

/** The same for base images, whose repositories are named. */
export const refreshSignatureSchema = acceptedOf(
  'The repositories it is asked of, as names or globs; default: all.',
);

const exception = z.strictObject({
  id: text.describe("The vulnerability's identifier."),
  until: z.iso.date().describe('The last day of the exception.'),
  reason: text.describe('Why it may pass until then.'),
  owner: text.describe('Who answers for it.'),
});

const vulnerabilities = z.strictObject({
  max: z.enum(['none', 'low', 'medium', 'high', 'critical']).describe('The gravest severity let through.'),
  report: z.enum(['required', 'optional']).exactOptional().describe('Whether an image needs a scan report.'),
  except: z.array(exception).exactOptional().describe('Vulnerabilities let through for a while.'),
});

/** The conditions on a promotion into an environment. */
export const gatesSchema = z.strictObject({
  approval: approval.exactOptional().describe('Consent of people to exactly this plan.'),
  soak: duration.exactOptional().describe('How long the environment before must have run the digest.'),
  freeze: z.array(freeze).exactOptional().describe('When nothing is promoted.'),
  version: text.exactOptional().describe('A range of semantic versions: ">=1.0.0".'),
  signature: acceptedSchema
    .exactOptional()
    .describe('Whose signature the source image must carry; of several for an image, one suffices.'),
  provenance: z
    .strictObject({ builder: text.describe('Glob of the builder identity in SLSA provenance.') })
    .exactOptional()
    .describe('Where the source image was built.'),
  predecessor: z
    .strictObject({ record: z.literal('required').describe('It must exist.').describe('It must exist.') })
    .exactOptional()
    .describe('A record of the promotion into the environment before.'),
  checks: z
    .array(z.strictObject({ status: text.describe("The commit status's name.") }))
    .exactOptional()
    .describe('Statuses that must be green.'),
  vulnerabilities: vulnerabilities.exactOptional().describe('What scan reports may hold.'),
});

/** What differs for a rollback. */
export const rollbackSchema = z.strictObject({
  approval: approval
    .exactOptional()
    .describe('In place of the approval among the gates; default: one approval of its kind.'),
});

function acceptedOf(images: string) {
  const one = signer
    .extend({
      images: z.array(text).min(1).exactOptional().describe(images),
      children: z
        .boolean()
        .exactOptional()
        .describe("Whether each platform's manifest must be signed like the index; default: false."),
      witness: z
        .enum(['log', 'timestamp', 'both'])
        .exactOptional()
        .describe(
          'What must testify to the signature: an entry of the transparency log, a timestamp of an authority, or both; ' +
            'default: an entry for keyless, if the trusted root names a log, and nothing for a key.',
        ),
    })
    .refine(isOneSigner, ONE_SIGNER);
  return z.union([one, z.array(one).min(1)]);
}

function isOneSigner({ key, keyless }: { readonly key?: unknown; readonly keyless?: unknown }): boolean {
  return (key === undefined) !== (keyless === undefined);
}

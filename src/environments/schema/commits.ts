import { z } from 'zod';
import { key } from '../text.ts';
import { isTicket, TICKET_FORM } from '../tickets.ts';

const WORDS = 'summary|image|version|from|environment|group|count|tickets';

/** The author or committer of a commit. */
const personSchema = z.strictObject({
  name: z
    .string()
    .max(200)
    .regex(/^[^<>\x00-\x1f]*[^<>\x00-\x20][^<>\x00-\x1f]*$/, 'a name without angle brackets')
    .describe('The name.'),
  email: z
    .string()
    .max(320)
    .regex(/^[^\s<>\x00-\x1f@]+@[^\s<>\x00-\x1f@]+$/, 'an e-mail address')
    .describe('The e-mail address.'),
});

const NO_TRAILER =
  'a text that begins no line with Promote-, Merge, Reason:, Roll back, Go back to or This reverts commit: promote reads those';

const subjectTemplate = z
  .string()
  .min(1)
  .max(200)
  .regex(
    new RegExp(`^(?:[^{}\\n]|\\{(?:${WORDS})\\})+$`),
    'one line of text with the placeholders {summary}, {image}, {version}, {from}, {environment}, {group}, {count} and {tickets}',
  )
  .refine(isFree, NO_TRAILER);

const bodyTemplate = z
  .string()
  .min(1)
  .max(4096)
  .regex(
    new RegExp(`^(?:[^{}]|\\{(?:${WORDS}|changes)\\})+$`),
    'text with the placeholders {changes}, {summary}, {image}, {version}, {from}, {environment}, {group}, {count} and {tickets}',
  )
  .refine(isFree, NO_TRAILER);

const messageSchema = z.union([
  subjectTemplate,
  z.strictObject({
    subject: subjectTemplate.exactOptional().describe('The first line; default: "{summary}".'),
    body: bodyTemplate
      .exactOptional()
      .describe('What follows it, before the trailers; default: "{changes}".'),
  }),
]);

const branchTemplate = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?:[A-Za-z0-9._/-]|\{environment\})+[/._-]\{group\}$/,
    'a branch that ends in {group} behind one of / - _ . and may have {environment} before it',
  )
  .refine(
    template => !/^[/.-]|\.\.|\/\/|\/\.|\.lock\//.test(template),
    'a branch as Git names one: https://git-scm.com/docs/git-check-ref-format',
  );

const gpgKey = z
  .string()
  .max(200)
  .regex(/^(?!-)[^\x00-\x1f]+$/, 'what finds the key in the keyring of gpg: its fingerprint, or an address');

const signingSchema = z.union([
  z.literal('forge'),
  z.strictObject({ ssh: key.describe('The private key: a path, or env://NAME.') }),
  z.strictObject({ gpg: gpgKey.describe('The key in the keyring of gpg: its fingerprint, or an address.') }),
  z.strictObject({
    gitsign: z.literal(true).describe('With the identity of the CI, by the program gitsign.'),
  }),
]);

/** How promote's commits and branches look. */
export const commitsSchema = z.strictObject({
  author: personSchema
    .exactOptional()
    .describe("Who is named as author; default: GIT_AUTHOR_*, else Git's configuration or the forge's own."),
  committer: personSchema.exactOptional().describe('Who is named as committer; default: the author.'),
  signOff: z
    .boolean()
    .exactOptional()
    .describe('Whether a Signed-off-by trailer names the author; default: false.'),
  signing: signingSchema
    .exactOptional()
    .describe('What signs commits: `forge`, an SSH key, a key of gpg, or gitsign; default: nothing.'),
  message: messageSchema
    .exactOptional()
    .describe(
      '`conventional`, or the subject from placeholders, or subject and body; trailers follow always.',
    ),
  tickets: z
    .array(z.string().refine(isTicket, TICKET_FORM))
    .max(20)
    .exactOptional()
    .describe('Keys of tickets for {tickets} where a run names none with --ticket.'),
  branch: branchTemplate
    .exactOptional()
    .describe('The name of proposals\' branches; default: "promote/{environment}/{group}".'),
});

function isFree(template: string): boolean {
  return !/^[ \t]*(?:Promote-|Merge |Reason:|This reverts commit|Go back to|Roll back )/im.test(template);
}

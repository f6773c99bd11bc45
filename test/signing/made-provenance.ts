import { newToken } from './keyless-place.ts';

/** The workflow of the certificate, without its host. */
export const WORKFLOW = 'acme/shop/.github/workflows/build.yml@refs/heads/main';
/** Whom the certificate names. */
export const SUBJECT = `https://github.com/${WORKFLOW}`;
/** The builder that the provenance names. */
export const BUILDER = 'https://github.com/actions/runner/github-hosted';

/** Provenance as GitHub writes it. */
export const PREDICATE = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        repository: 'https://github.com/acme/shop',
        ref: 'refs/heads/main',
        path: '.github/workflows/build.yml',
      },
    },
  },
  runDetails: { builder: { id: BUILDER } },
};

/** The claims of a token of GitHub Actions, of which Fulcio writes the certificate's fields. */
export const CLAIMS = {
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  event_name: 'push',
  workflow_ref: WORKFLOW,
  sha: 'a'.repeat(40),
};

/** An identity token with these claims. */
export function tokenWith(claims: object, subject = SUBJECT): string {
  const [head = '', body = '', signature] = newToken(subject).split('.');
  const all = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims };
  return [head, Buffer.from(JSON.stringify(all)).toString('base64url'), signature].join('.');
}

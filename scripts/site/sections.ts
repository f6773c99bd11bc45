/** The pages of the site by section: a title, and the page's path from the repository's root. */
export const SECTIONS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Start',
    [
      ['What it is', 'README.md'],
      ['First promotion', 'docs/guides/first-promotion.md'],
      ['Set up a repository', 'docs/init.md'],
      ['How an apply works', 'docs/how-it-works.md'],
      ['Glossary', 'docs/glossary.md'],
      ['Questions', 'docs/faq.md'],
      ['Troubleshooting', 'docs/troubleshooting.md'],
    ],
  ],
  [
    'Guides',
    [
      ['Pull requests and approval', 'docs/pull-requests.md'],
      ['Rules for commits', 'docs/commits.md'],
      ['Rollback, holds and history', 'docs/rollback.md'],
      ['Base images', 'docs/base-images.md'],
      ['Mirrors and backup', 'docs/mirrors.md'],
      ['Signing, with a key or without', 'docs/signing.md'],
      ['Verify and repair', 'docs/verify.md'],
      ['Chain of custody', 'docs/custody.md'],
      ['Policies for the cluster', 'docs/policy.md'],
      ['Clean-ups of registries', 'docs/clean-ups.md'],
      ['What a cluster runs', 'docs/running.md'],
      ['Vulnerabilities in what runs', 'docs/vulnerabilities.md'],
      ['Air gap', 'docs/guides/air-gap.md'],
      ['Monorepo', 'docs/guides/monorepo.md'],
      ['Many clusters', 'docs/guides/many-clusters.md'],
      ['Many images, many machines', 'docs/fleet.md'],
      ['GitHub Actions', 'docs/github.md'],
      ['GitLab CI', 'docs/gitlab.md'],
      ['Forgejo and Gitea', 'docs/forgejo.md'],
      ['Other CIs and hosts', 'docs/other-ci.md'],
      ['The board', 'docs/board.md'],
      ['Metrics', 'docs/metrics.md'],
      ['Telemetry', 'docs/telemetry.md'],
      ['Notifications', 'docs/notifications.md'],
      ['Coming from another tool', 'docs/migrating.md'],
    ],
  ],
  [
    'Reference',
    [
      ['Commands and exit codes', 'docs/commands.md'],
      ['Options: look and set up', 'docs/reference/options.md'],
      ['Options: promote and change', 'docs/reference/options-change.md'],
      ['Options: images and trust', 'docs/reference/options-images.md'],
      ['The environments file', 'docs/environments-file.md'],
      ['Keys of the file', 'docs/reference/keys.md'],
      ['Keys of an environment', 'docs/reference/keys-environments.md'],
      ['Keys of the gates', 'docs/reference/keys-gates.md'],
      ['Keys of gates on evidence', 'docs/reference/keys-evidence.md'],
      ['Keys of approvals', 'docs/reference/keys-approvals.md'],
      ['Several sources', 'docs/several-sources.md'],
      ['Pins', 'docs/pins.md'],
      ['Gates', 'docs/gates/index.md'],
      ['Approval by signature', 'docs/gates/approval.md'],
      ['The gate backward', 'docs/gates/backward.md'],
      ['The gate freeze', 'docs/gates/freeze.md'],
      ['The gate soak', 'docs/gates/soak.md'],
      ['The gate checks', 'docs/gates/checks.md'],
      ['The gate provenance', 'docs/gates/provenance.md'],
      ['The gate predecessor', 'docs/gates/predecessor.md'],
      ['The gate version', 'docs/gates/version.md'],
      ['The gate vulnerabilities', 'docs/gates/vulnerabilities.md'],
      ['Check', 'docs/check.md'],
      ['Lint', 'docs/lint.md'],
      ['Registries', 'docs/registries.md'],
      ['JSON for programs', 'docs/json.md'],
      ['The library', 'docs/library.md'],
    ],
  ],
  [
    'Trust',
    [
      ['Security', 'SECURITY.md'],
      ['Verify a release', 'docs/verify-release.md'],
      ['Compared with other tools', 'docs/compared.md'],
      ['Support', 'SUPPORT.md'],
      ['Upgrading', 'UPGRADING.md'],
      ['Changes', 'CHANGELOG.md'],
    ],
  ],
];

/** A page's file within the site: pages of `docs/` at its root, and the README as its first page. */
export function siteFile(path: string): string {
  return path === 'README.md' ? 'index.md' : path.replace(/^docs\//, '').toLowerCase();
}

/** A page's address within the site. */
export function siteAddress(path: string): string {
  return `/${siteFile(path).replace(/(^|\/)index\.md$|\.md$/, '$1')}`;
}

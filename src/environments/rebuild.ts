/** Where builds of an image are started when its base is superseded. */
export type Rebuild = RebuildPlace & {
  /** `https://host/path/of/the/repository` */
  readonly repository: string;
  /** The variable with the token that may start builds there. */
  readonly token: string;
  /** Whether each superseded base leads to a build, or only that of an image with vulnerabilities over its limit. */
  readonly when: 'superseded' | 'vulnerable';
};

/** GitHub: the type of a `repository_dispatch`. GitLab: the branch or tag whose pipeline runs. */
type RebuildPlace =
  | { readonly forge: 'github'; readonly event: string }
  | { readonly forge: 'gitlab'; readonly ref: string };

/** The variables whose tokens are for the public servers; any other server has a variable of its own. */
export const REBUILD_TOKENS = {
  github: { server: 'https://github.com', variable: 'PROMOTE_REBUILD_GITHUB_TOKEN' },
  gitlab: { server: 'https://gitlab.com', variable: 'PROMOTE_REBUILD_GITLAB_TOKEN' },
} as const;

/** Who may see a repository and the site that it publishes, as far as the forge shows; `private`: not all. */
export type Visibility =
  | { readonly kind: 'private' }
  | { readonly kind: 'public'; readonly what: string }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string };

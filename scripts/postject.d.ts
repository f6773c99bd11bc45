declare module 'postject' {
  /** Writes a resource into an executable file of whatever system. https://github.com/nodejs/postject */
  export function inject(
    path: string,
    resource: string,
    data: Uint8Array,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}

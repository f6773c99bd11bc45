import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundlePage } from './page.ts';

/** Puts the page of `promote board` into the bundle: its sources make it anew each time. */
export const page: Plugin = {
  name: 'page',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/cli\/board\/page-parts\.ts$/ }, async () => ({
      contents: `const parts = ${JSON.stringify(await bundlePage())}; export const pageParts = async () => parts;`,
    }));
  },
};

/** Leaves out of the bundle what its packages load and nothing of ours uses; every run reads what is in it. */
export const trim: Plugin = {
  name: 'trim',
  setup({ onLoad, onResolve, resolve }) {
    // Messages of zod in fifty languages: English is the default.
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
    // Asks GitHub for identity tokens, as `ambient-token.ts` does; it brings a second undici.
    onResolve({ filter: /^@actions\/http-client(\/|$)/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === trim) return undefined;
      return { ...(await resolve(path, { ...options, pluginData: trim })), sideEffects: false };
    });
  },
};

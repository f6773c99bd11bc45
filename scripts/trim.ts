import { readFile } from 'node:fs/promises';
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

/**
 * What libraries load for what is never done here, by the file and the words that do, with what stands there instead:
 * Google's would bring a `fetch` and proxies of its own, Azure's a browser, Amazon's event streams.
 */
const NEVER_LOADED: readonly (readonly [file: RegExp, words: string, instead: string])[] = [
  [/\/gaxios\/build\/cjs\/src\/gaxios\.js$/, "(await import('node-fetch')).default", 'globalThis.fetch'],
  [
    /\/gaxios\/build\/cjs\/src\/gaxios\.js$/,
    "(await import('https-proxy-agent')).HttpsProxyAgent",
    'class {}',
  ],
  [/\/msal\/nodeFlows\/msalClient\.js$/, 'await import("open")', '{}'],
  [/\/createUserAgentStringParsingProvider\.js$/, 'await import("bowser")', '{}'],
  [/\/protocols\/HttpProtocol\.js$/, 'await import("@smithy/core/event-streams")', '{}'],
];

/** Leaves out of the bundle what its packages load and nothing of ours uses; every run reads what is in it. */
export const trim: Plugin = {
  name: 'trim',
  setup({ onLoad, onResolve, resolve }) {
    // Messages of zod in fifty languages: English is the default.
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
    // Asks programs of each system for the machine's number, which no telemetry of ours names.
    onLoad({ filter: /\/@opentelemetry\/resources\/dist\/.*\/getMachineId\.mjs$/ }, () => ({
      contents: "export const getMachineId = async () => '';",
    }));
    for (const file of new Set(NEVER_LOADED.map(([one]) => one.source))) {
      onLoad({ filter: new RegExp(file) }, async ({ path }) => ({
        contents: await withoutLoads(path, file),
      }));
    }
    // Asks GitHub for identity tokens, as `ambient-token.ts` does; it brings a second undici.
    onResolve({ filter: /^@actions\/http-client(\/|$)/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === trim) return undefined;
      return { ...(await resolve(path, { ...options, pluginData: trim })), sideEffects: false };
    });
  },
};

async function withoutLoads(path: string, file: string): Promise<string> {
  let text = await readFile(path, 'utf8');
  for (const [one, words, instead] of NEVER_LOADED) {
    if (one.source !== file) continue;
    if (!text.includes(words)) throw new Error(`${path} no longer has ${words}: see scripts/trim.ts`);
    text = text.replace(words, instead);
  }
  return text;
}

import { oneLine } from '../neutralise.ts';
import type { SiteData } from './data.ts';

/** The page's script and style files, which are beside it. `stamp` changes with them. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
  readonly stamp: string;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
}

/**
 * The resources that the page may load: only its own two files. No text becomes markup.
 * https://www.w3.org/TR/CSP3/
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The page as a document that contains its data. */
export function pageHtml(data: SiteData, { script, style, stamp, redact }: PageFiles): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Board · promote</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}?${stamp}">
<script src="${script}?${stamp}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<strong>promote</strong>
<nav aria-label="Pages">
<a href="#/">Board</a>
<a href="#/timeline">Timeline</a>
<a href="#/waiting">Waiting<span id="count-waiting"></span></a>
<a href="#/holds">Holds<span id="count-holds"></span></a>
<a href="#/problems">Problems<span id="count-problems"></span></a>
</nav>
<div class="side">
<span id="read" class="quiet"></span>
<button id="keys" type="button">Keys</button>
<button id="theme" type="button">Colours</button>
</div>
</header>
<ul id="notices"></ul>
<form id="filters" role="search">
<input id="search" type="search" placeholder="Search: image, version, digest, person" aria-label="Search" autocomplete="off" spellcheck="false">
<select id="environment" aria-label="Environment"><option value="">any environment</option></select>
<select id="state" aria-label="State"></select>
<span id="found" class="quiet" role="status"></span>
</form>
<main id="main" tabindex="-1"><noscript>This page needs its script: board.js, from the same place.</noscript></main>
<dialog id="help" aria-labelledby="help-title">
<h1 id="help-title">Keys</h1>
<p><kbd>/</kbd> search, <kbd>Esc</kbd> empties it, <kbd>Enter</kbd> goes to what was found</p>
<p><kbd>b</kbd> board, <kbd>t</kbd> timeline, <kbd>w</kbd> waiting, <kbd>h</kbd> holds, <kbd>?</kbd> this</p>
<p>Arrows, <kbd>Home</kbd>, <kbd>End</kbd>, <kbd>Page Up</kbd> and <kbd>Page Down</kbd> move on the board, <kbd>Enter</kbd> opens</p>
<p><label><input id="shortcuts" type="checkbox"> single keys are shortcuts</label></p>
<form method="dialog"><button>Close</button></form>
</dialog>
<script id="data" type="application/json">${embedded(data, redact)}</script>
</body>
</html>
`;
}

/** The data as JSON that cannot end its script element. Texts are on one line, without control characters. */
function embedded(data: SiteData, redact: PageFiles['redact']): string {
  const clean = (_: string, value: unknown) => (typeof value === 'string' ? redact(oneLine(value)) : value);
  const text = JSON.stringify(data, clean);
  return text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

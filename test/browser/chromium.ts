import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findProgram } from '../servers/tools.ts';

/** The browser's program, where one is installed. */
export const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(findProgram);

type Fields = Readonly<Record<string, unknown>>;

/** One tab of a headless browser, driven by its DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
export interface Tab {
  /** Opens an address, and waits until it is loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  read<T>(expression: string): Promise<T>;
  /** Presses and releases a key, as `ArrowDown` or `a`. */
  press(key: string, modifiers?: number): Promise<void>;
  type(text: string): Promise<void>;
  size(width: number, height: number): Promise<void>;
  theme(scheme: 'dark' | 'light'): Promise<void>;
  /** A picture as PNG. */
  picture(): Promise<Buffer>;
  call(method: string, params?: Fields): Promise<Fields>;
  /** Addresses that were asked for, and what the console said in error, since the start. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Starts a browser with one empty tab. It talks through two pipes, so that no port is open. */
export async function openTab(): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'promote-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const child = spawn(
    CHROMIUM ?? 'chromium',
    [...flags, ...quiet, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const [, , , writes, reads] = child.stdio as [null, null, null, Writable, Readable];
  const waiting = new Map<number, PromiseWithResolvers<Fields>>();
  const requests: string[] = [];
  const errors: string[] = [];
  let loaded: PromiseWithResolvers<void> = Promise.withResolvers();
  let last = 0;
  let rest = '';
  reads.on('data', (bytes: Buffer) => {
    const parts = (rest + bytes.toString()).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) receive(JSON.parse(part));
  });

  function receive({ id, error, result, method, params }: Message): void {
    const asked = id === undefined ? undefined : waiting.get(id);
    if (asked !== undefined) error ? asked.reject(new Error(error.message)) : asked.resolve(result ?? {});
    if (method === 'Page.loadEventFired') loaded.resolve();
    if (method === 'Network.requestWillBeSent') requests.push(String(fieldsOf(params?.request).url));
    if (method === 'Runtime.exceptionThrown') errors.push(JSON.stringify(params?.exceptionDetails));
    if (method === 'Log.entryAdded' && fieldsOf(params?.entry).level === 'error') {
      errors.push(JSON.stringify(params?.entry));
    }
    if (method === 'Runtime.consoleAPICalled' && params?.type === 'error')
      errors.push(JSON.stringify(params));
  }

  async function send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    last += 1;
    const answer = Promise.withResolvers<Fields>();
    waiting.set(last, answer);
    writes.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    return await answer.promise;
  }

  const { targetInfos } = await send('Target.getTargets');
  const page = (targetInfos as Fields[]).find(({ type }) => type === 'page');
  const { sessionId } = await send('Target.attachToTarget', { targetId: page?.targetId, flatten: true });
  const call = (method: string, params?: Fields) => send(method, params, String(sessionId));
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await call(`${domain}.enable`);

  async function read<T>(expression: string): Promise<T> {
    const answer = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return fieldsOf(answer.result).value as T;
  }

  return {
    requests,
    errors,
    call,
    async open(url) {
      loaded = Promise.withResolvers();
      await call('Page.navigate', { url });
      await loaded.promise;
      // A slow machine tells the load of what was open before only now.
      const [document] = url.split('#');
      while ((await read<string>(LOADED)) !== document);
    },
    read,
    async press(key, modifiers = 0) {
      const text = key.length === 1 ? key : key === 'Enter' ? '\r' : undefined;
      const event = {
        key,
        modifiers,
        text,
        windowsVirtualKeyCode: CODES[key] ?? key.toUpperCase().charCodeAt(0),
      };
      await call('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...event });
      await call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
      await read(DRAWN);
    },
    type: async text => void (await call('Input.insertText', { text })),
    size: async (width, height) =>
      void (await call('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      })),
    theme: async value =>
      void (await call('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value }],
      })),
    picture: async () => Buffer.from(String((await call('Page.captureScreenshot')).data), 'base64'),
    async close() {
      const ended = once(child, 'exit');
      await send('Browser.close');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address of a document that is loaded. */
const LOADED = "document.readyState === 'complete' ? location.href.split('#')[0] : ''";

/** Waits until what a key changed is drawn: rows are drawn with the next frame. */
const DRAWN = 'new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))';

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: Fields;
  readonly method?: string;
  readonly params?: Fields;
}

const CODES: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

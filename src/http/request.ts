/** One request; retried and redirected only where that does no harm. */
export interface HttpRequest {
  /** What the request is for, as messages begin: `pull ghcr.io/acme/api:1.0`. */
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent once: such a request is never retried. */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Whether a second sending does no harm; default: every method but POST and PATCH. */
  readonly idempotent?: boolean;
  /** Whether the server refused it for this moment alone, by an answer whose status does not say so. */
  readonly isBusy?: ((answer: HttpResponse) => boolean) | undefined;
  /** How often it is sent at most; default: as the client is set. */
  readonly tries?: number | undefined;
  /** The most bytes of the body to read into memory; default 1 MiB. */
  readonly limit?: number;
  /** Whether GET and HEAD follow redirects (the default), follow only temporary ones, or return them. */
  readonly redirects?: 'follow' | 'follow-temporary' | 'return' | undefined;
  /** Whether it uses none of the open connections: one may lead to a server that damages what it sends. */
  readonly elsewhere?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when a try was not enough and another one follows. */
  readonly onRetry?: (() => void) | undefined;
}

interface Head {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** By lower-case name; repeated fields are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer whose body is in memory; that of an error may be cut off. */
export type HttpResponse = Head & { readonly kind: 'response'; readonly bytes: Uint8Array };

/** An answer whose body is still on its way; a stall or a break of the connection throws `UNREACHABLE`. */
export type HttpStream = Head & { readonly kind: 'stream'; readonly body: AsyncIterable<Uint8Array> };

/** An answer: a stream if one was asked for and the status is a success. */
export type HttpAnswer = HttpResponse | HttpStream;

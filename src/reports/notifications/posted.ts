/** The body and headers of a request before it is signed. */
export interface Payload {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

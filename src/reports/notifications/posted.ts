/** What is posted, before it is signed. */
export interface Payload {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

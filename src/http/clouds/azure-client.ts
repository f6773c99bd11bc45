import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import type { Http } from '../http.ts';

/** Sends the requests of Azure's login library by our HTTP client. */
export function azureClient(http: Http): HttpClient {
  return {
    async sendRequest(request) {
      const { url, method, headers, body, abortSignal } = request;
      const answer = await http.send({
        operation: 'log in to Azure',
        method: method === 'GET' ? 'GET' : 'POST',
        url: new URL(url),
        headers: headers.toJSON({ preserveCase: false }),
        ...(body != null && { body: `${body}` }),
        // The library tries again by itself.
        tries: 1,
        signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
      });
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders(answer.headers),
        bodyAsText: Buffer.from(answer.bytes).toString(),
      };
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { HttpRequest } from '../approov/httpRequest.ts';
import type { DecisionFeed } from './decisionFeed.ts';
import type { SendResult } from './protocol.ts';

/** How long after the answer the report of a decision may come, in milliseconds. Without a token none comes. */
const reportTimeout = 500;

/**
 * Sends a request to an API of this run, and finds the authorizer's decision on it.
 */
export async function sendRequest(request: HttpRequest, feed: DecisionFeed): Promise<SendResult> {
  const id = randomUUID();
  const waiting = new AbortController();
  const found = feed.decisionOn(id, waiting.signal);
  try {
    const { method, url, headers, body } = request;
    const response = await fetch(url, {
      method,
      headers: { ...headers, 'Console-Request': id },
      ...(body !== undefined && { body }),
      redirect: 'manual',
    });
    const text = await response.text();
    setTimeout(() => waiting.abort(), reportTimeout).unref();
    const decision = await found;
    const { status } = response;
    const awsStatus = decision?.awsStatus ?? status;
    return { request, status, awsStatus, headers: [...response.headers], body: text, decision };
  } finally {
    waiting.abort();
  }
}

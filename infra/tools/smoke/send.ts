import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { SmokeTargetError } from './target.ts';

/** What an API answered. */
export interface Answer {
  /** 101 for an opened WebSocket. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Milliseconds: an API Gateway answers within 30 s. */
const longest = 35_000;

/**
 * Sends a request, with just its headers. A `ws:` or `wss:` URL is a WebSocket handshake, and the connection is closed once
 * it is opened.
 *
 * @param address where it is sent instead of its URL.
 * @throws SmokeTargetError when there is no answer.
 */
export async function send({ method, url, headers, body }: HttpRequest, address = url): Promise<Answer> {
  const isHandshake = /^wss?:/.test(url);
  const target = new URL(address.replace(/^ws/, 'http'));
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method,
    // A kept connection may be closed by the other side just when the next request is sent.
    agent: false,
    headers: {
      ...headers,
      ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
      ...(isHandshake && {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      }),
    },
    signal: AbortSignal.timeout(longest),
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', ({ message }) => {
      reject(new SmokeTargetError(`${target.origin} does not answer: ${message}`));
    });
    request.on('upgrade', (upgraded, socket) => {
      socket.destroy();
      resolve(upgraded);
    });
  });
  request.end(body);
  const answer = await response;
  const { statusCode: status = 0 } = answer;
  return { status, headers: answer.headers, body: status === 101 ? '' : await text(answer) };
}

import {
  type GetSecretValueCommandOutput,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import type { HttpResponse } from '@smithy/types';
import type { Fields } from '../json.ts';
import { limitedBody } from './client.ts';

/**
 * Reads the answer to GetSecretValue: JSON, in which a Blob is base64 and a Timestamp is in seconds since 1970 UTC.
 *
 * @throws SecretsManagerServiceException the error that AWS answered; SyntaxError or TypeError when the answer has
 *   another form; Error `AnswerTooLarge`
 * @see {@link https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html}
 */
export async function readAnswer(response: HttpResponse): Promise<GetSecretValueCommandOutput> {
  const { statusCode, headers, body } = response;
  const fields = await readJson(body);
  if (statusCode >= 300) throw serviceError(statusCode, headers, fields);
  const { SecretBinary, CreatedDate, ...others } = fields;
  return {
    ...others,
    ...(SecretBinary !== undefined && { SecretBinary: bytesOf(SecretBinary) }),
    ...(CreatedDate !== undefined && { CreatedDate: dateOf(CreatedDate) }),
    $metadata: { httpStatusCode: statusCode },
  };
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-4} */
function bytesOf(blob: unknown): Uint8Array {
  if (typeof blob !== 'string' || blob.length % 4 > 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(blob)) {
    throw new TypeError('SecretBinary is not base64');
  }
  return new Uint8Array(Buffer.from(blob, 'base64'));
}

function dateOf(epochSeconds: unknown): Date {
  const seconds = typeof epochSeconds === 'string' ? Number(epochSeconds) : epochSeconds;
  if (typeof seconds !== 'number' || Number.isNaN(seconds))
    throw new TypeError('CreatedDate is not a number');
  return new Date(Math.round(seconds * 1000));
}

/** Members that are null count as absent. */
async function readJson(body: AsyncIterable<Uint8Array>): Promise<Fields> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(body)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, member]) => member !== null));
}

function serviceError(
  statusCode: number,
  headers: HttpResponse['headers'],
  fields: Fields,
): SecretsManagerServiceException {
  const name = errorName(headers, fields);
  const message = String(fields.message || fields.Message || 'UnknownError');
  const $metadata = { httpStatusCode: statusCode };
  const $fault = statusCode < 500 ? 'client' : 'server';
  return new SecretsManagerServiceException({ name, message, $fault, $metadata });
}

/** For example `ResourceNotFoundException` from `com.amazonaws.secretsmanager#ResourceNotFoundException:http://…`. */
function errorName(headers: HttpResponse['headers'], fields: Fields): string {
  const identifier = fields.__type ?? find(fields, 'code') ?? find(headers, 'x-amzn-errortype') ?? 'Unknown';
  return /^(?:[^#,:]*#)?([^#,:]*)/.exec(String(identifier))?.[1] as string;
}

function find(fields: Fields, lowerCaseName: string): unknown {
  const name = Object.keys(fields).find((candidate) => candidate.toLowerCase() === lowerCaseName);
  return name && fields[name];
}

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A private key and a self-signed certificate, both in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const day = 86_400_000;

/**
 * Makes a certificate for 127.0.0.1 and localhost that is good for a day. Node.js makes none itself, and not every machine
 * has `openssl`.
 *
 * @param keyType `rsa`: of 2,048 bits, like Secrets Manager's own. Default: `ec`, which is made in a moment.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5280#section-4.1} Basic Certificate Fields
 */
export function loopbackCertificate(keyType: 'ec' | 'rsa' = 'ec'): Certificate {
  const now = Date.now();
  const isRsa = keyType === 'rsa';
  const { privateKey, publicKey } = isRsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = isRsa
    ? sequence(oid('2a864886f70d01010b'), der(0x05))
    : sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('localhost')))));
  const alternativeNames = sequence(der(0x87, Buffer.of(127, 0, 0, 1)), der(0x82, Buffer.from('localhost')));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1), randomBytes(15)),
    algorithm,
    name,
    sequence(time(now - day / 24), time(now + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(oid('551d11'), der(0x04, alternativeNames)))),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const certificate = sequence(content, algorithm, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER value. @see {@link https://www.itu.int/rec/T-REC-X.690} */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(milliseconds: number): Buffer {
  return der(0x17, Buffer.from(new Date(milliseconds).toISOString().replace(/^..|[-:T]|\.\d+/g, '')));
}

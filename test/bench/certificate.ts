import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and a self-signed certificate for loopback. */
export interface Certificate {
  key: string;
  cert: string;
  /** The certificate's file, for `NODE_EXTRA_CA_CERTS`. */
  file: string;
}

/**
 * Makes a certificate that is valid for a day: RSA of 2,048 bits, like Secrets Manager's own.
 *
 * @param directory where the two files go.
 * @throws Error when `openssl` is not installed.
 */
export function makeCertificate(directory: string): Certificate {
  const keyFile = join(directory, 'key.pem');
  const file = join(directory, 'cert.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      keyFile,
      '-out',
      file,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}

import { mintToken } from '../../infra/tools/approov/mint.ts';
import type { SecretSource } from '../../src/keys/secretCache.ts';
import { versionOf } from '../support/secrets.ts';

const second = 1000;
const hour = 3600 * second;

/** A new secret is found within 30 s after a rotation, and within the longest pause of 60 s after an outage. */
const found = { afterRotation: 31 * second, afterOutage: 65 * second };

/**
 * A secret that was fresh when an outage began is used for at least this long: an hour from its fetch, less its TTL.
 */
const servesInOutage = hour - 300 * second;

/**
 * Secrets Manager over simulated time: a rotation every 70 minutes, an outage of 20 minutes every four hours, and every
 * twelve hours an outage of two hours, which outlasts the last good secret.
 */
export class World {
  /** Milliseconds since 1970 UTC. */
  now = Date.UTC(2026, 10, 24);
  calls = 0;
  /** The version that every environment must know by now. */
  knownVersion = 0;
  readonly #start = this.now;
  #downSince: number | undefined;
  #upSince = this.now;
  #wasLong = false;

  /** Moves the clock forward. */
  advance(milliseconds: number): void {
    this.now += milliseconds;
    if (this.isDown) this.#downSince ??= this.now;
    else if (this.#downSince !== undefined) {
      this.#wasLong = this.now - this.#downSince > servesInOutage;
      this.#upSince = this.now;
      this.#downSince = undefined;
    }
    const isFound = this.sinceRotation > found.afterRotation && this.now - this.#upSince > found.afterOutage;
    if (!this.isDown && isFound) this.knownVersion = this.version;
  }

  /** Whether the last good secret may be too old and no other can be fetched. */
  get mayBeWithoutSecret(): boolean {
    if (this.#downSince !== undefined) return this.now - this.#downSince > servesInOutage;
    return this.#wasLong && this.now - this.#upSince <= found.afterOutage;
  }

  /** Whether the previous version may be unknown because the rotation was during an outage or just before one. */
  get mayMissPrevious(): boolean {
    const isInGrace = this.sinceRotation < 900 * second;
    const wasDown = this.isDown || this.now - this.#upSince <= found.afterOutage;
    return isInGrace && (wasDown || this.knownVersion !== this.version);
  }

  /** The index of the current secret. */
  get version(): number {
    return Math.floor((this.now - this.#start) / (70 * 60 * second));
  }

  /** Milliseconds since the last rotation. */
  get sinceRotation(): number {
    return this.version === 0 ? Number.POSITIVE_INFINITY : (this.now - this.#start) % (70 * 60 * second);
  }

  get isDown(): boolean {
    const elapsed = this.now - this.#start;
    const longOutage = elapsed % (12 * hour);
    return (
      (elapsed % (4 * hour) > 3.5 * hour && elapsed % (4 * hour) < 3.84 * hour) ||
      (longOutage > 9 * hour && longOutage < 11 * hour)
    );
  }

  readonly source: SecretSource = async (stage) => {
    this.calls += 1;
    if (this.isDown) throw new Error('Secrets Manager is down');
    const version = stage === 'AWSCURRENT' ? this.version : this.version - 1;
    if (version < 0) return undefined;
    const createdAt = this.#start + version * 70 * 60 * second;
    return versionOf(this.secret(version), `v${version}`, createdAt);
  };

  secret(version: number): Buffer {
    return Buffer.alloc(64, `secret number ${version} of the soak, `);
  }

  /** A token that is valid now, signed with a version of the secret. */
  token(claims: object, version = this.version): string {
    return mintToken({ claims: { exp: this.now / 1000 + 300, ...claims }, key: this.secret(version) });
  }
}

/** The levels of the log, from the most talkative. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** See {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/**
 * One line of the log, with every field that it may have. None ever holds a token, a secret, a whole event or a
 * header's value.
 */
export interface LogLine {
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly message: string;
  readonly decision?: 'allow' | 'deny' | 'would-deny' | 'error' | undefined;
  readonly reason?: string | undefined;
  readonly apiType?: 'rest' | 'http' | 'websocket' | undefined;
  readonly requestId?: string | undefined;
  readonly apiId?: string | undefined;
  readonly stage?: string | undefined;
  /** Resource template or route key. */
  readonly route?: string | undefined;
  /** First 16 hex digits of the token's SHA-256. */
  readonly tokenId?: string | undefined;
  /** Attestation Response Code of a verified token. */
  readonly arc?: string | undefined;
  /** Attestation Response Code of a token whose signature does not verify: anybody may have written it. */
  readonly unverifiedArc?: string | undefined;
  /** What the app sent in place of a token, at most 64 printable characters. */
  readonly clientStatus?: string | undefined;
  readonly secretVersion?: 'current' | 'previous' | undefined;
  readonly durationMs?: number | undefined;
  readonly coldStart?: boolean | undefined;
}

/** Writes a line, when its level is high enough. */
export type Log = (line: LogLine) => void;

/**
 * Makes a log of one JSON object a line.
 *
 * @param least the level below which nothing is written
 * @param write takes a whole line with its line break. In Lambda it is standard output itself: `console` would wrap the
 *   JSON into another.
 */
export function createLog(least: LogLevel, write: (line: string) => void): Log {
  const threshold = logLevels.indexOf(least);
  return (line) => {
    if (logLevels.indexOf(line.level) >= threshold) write(`${JSON.stringify(line)}\n`);
  };
}

import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/**
 * Static message, fields beside it. Personal data only under a `pii` key, which is redacted;
 * so are headers and fields that carry credentials. Logs go to stderr: stdout is for data.
 */
export function createLog(
  options: { level?: string; name?: string; destination?: DestinationStream } = {},
): Log {
  return pino(
    {
      level: options.level ?? 'info',
      ...(options.name === undefined ? {} : { name: options.name }),
      redact: {
        paths: [
          'pii',
          '*.pii',
          'req.headers.authorization',
          'req.headers.cookie',
          'headers.authorization',
          'password',
          '*.password',
          'token',
          '*.token',
          'access_token',
          '*.access_token',
          'refresh_token',
          '*.refresh_token',
        ],
        censor: '[redacted]',
      },
    },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

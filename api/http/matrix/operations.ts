import { readFileSync } from 'node:fs';

/** One operation of `openapi/openapi.json`; `npm run check` keeps that file in step with the routes. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly access: string;
  readonly permission: string | undefined;
  readonly personOnly: boolean;
}

interface Contract {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        'x-access'?: string;
        'x-permission'?: string;
        'x-person-only'?: boolean;
      }
    >
  >;
}

const contract = JSON.parse(
  readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Contract;

export const operations: readonly Operation[] = Object.entries(contract.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      access: operation['x-access'] ?? 'public',
      permission: operation['x-permission'],
      personOnly: operation['x-person-only'] ?? false,
    })),
);

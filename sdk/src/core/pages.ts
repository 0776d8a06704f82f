import { AloError } from './errors.ts';
import type { Query } from './path.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** One page of a list, newest first. Iterating it goes on through the pages after it. */
export interface Page<T> extends AsyncIterable<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  /** The page after this one, or null at the end. */
  nextPage(): Promise<Page<T> | null>;
}

/** A page that is on its way: `await` it for one page, `for await` it for every item. */
export interface PagePromise<T> extends PromiseLike<Page<T>>, AsyncIterable<T> {}

export interface PageQuery {
  /** Items a page, 1 to 100. */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

interface PageBody<T> {
  readonly data: T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** A list of the API. Nothing is asked for before the result is awaited or iterated. */
export function listOf<T>(
  transport: Transport,
  path: string,
  query: Query & PageQuery = {},
  options: RequestOptions = {},
): PagePromise<T> {
  async function fetchPage(cursor: string | undefined): Promise<Page<T>> {
    const body = await transport.request<PageBody<T>>('GET', path, {
      ...options,
      query: { ...query, cursor },
    });
    const next = body.has_more ? body.next_cursor : null;
    if (next !== null && next === cursor) {
      // Otherwise a faulty server would have us read the same page for ever.
      throw new AloError(`The list ${path} gave the same cursor twice.`);
    }
    const page: Page<T> = {
      ...body,
      nextPage: () => (next === null ? Promise.resolve(null) : fetchPage(next)),
      [Symbol.asyncIterator]: () => itemsFrom(page),
    };
    return page;
  }

  let first: Promise<Page<T>> | undefined;
  const start = () => (first ??= fetchPage(query.cursor));
  return {
    // A thenable on purpose: that is what lets one value be awaited and iterated.
    // oxlint-disable-next-line unicorn/no-thenable
    then: (onPage, onError) => start().then(onPage, onError),
    async *[Symbol.asyncIterator]() {
      yield* itemsFrom(await start());
    },
  };
}

async function* itemsFrom<T>(first: Page<T>): AsyncGenerator<T> {
  for (let page: Page<T> | null = first; page !== null; page = await page.nextPage()) {
    yield* page.data;
  }
}

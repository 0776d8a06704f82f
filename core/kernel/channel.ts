import { assert, InvariantError } from './assert.ts';

/**
 * Events from where they happen (a socket's callback) to where they are read (one `for await`).
 * What was pushed before `end` is still delivered; what comes after is dropped.
 */
export interface Channel<T> extends AsyncIterable<T> {
  /** Hands over a value. Never blocks. Ignored once the channel has ended. */
  push(value: T): void;
  /** No more values. With an error, the iteration throws it after the last value. Idempotent: the first call counts. */
  end(error?: Error): void;
  /** Values waiting to be read. */
  readonly size: number;
}

/** Values that may wait before the channel gives up on its reader. */
const CAPACITY_DEFAULT = 10_000;

interface Reader<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: Error): void;
}

/**
 * A queue between one writer and **one** reader. A second iteration is a bug and asserts.
 * A reader that stops early (`break`) ends the channel and empties it.
 *
 * @param options.capacity values that may wait. A reader that falls further behind gets the waiting values and
 *   then an `InvariantError`: silence about lost events would be worse than an ended stream.
 */
export function createChannel<T>(options: { capacity?: number } = {}): Channel<T> {
  const capacity = options.capacity ?? CAPACITY_DEFAULT;
  let queue: T[] = [];
  // Reading advances an index; the array is cut now and then, so a long queue costs no shifting.
  let head = 0;
  let reader: Reader<T> | undefined;
  let ended = false;
  let failure: Error | undefined;
  let taken = false;

  function end(error?: Error): void {
    if (ended) return;
    ended = true;
    failure = error;
    if (!reader) return;
    const waiting = reader;
    reader = undefined;
    if (failure) {
      waiting.reject(failure);
      failure = undefined;
    } else waiting.resolve({ done: true, value: undefined });
  }

  function push(value: T): void {
    if (ended) return;
    if (reader) {
      const waiting = reader;
      reader = undefined;
      waiting.resolve({ done: false, value });
    } else if (queue.length - head < capacity) queue.push(value);
    else end(new InvariantError(`the reader of a channel is ${capacity} values behind`));
  }

  function next(): Promise<IteratorResult<T>> {
    if (head < queue.length) {
      const value = queue[head] as T;
      head += 1;
      if (head === queue.length || head > 1_024) {
        queue = queue.slice(head);
        head = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    if (failure) {
      const error = failure;
      failure = undefined;
      return Promise.reject(error);
    }
    if (ended) return Promise.resolve({ done: true, value: undefined });
    assert(!reader, 'a channel is read one value at a time');
    return new Promise((resolve, reject) => {
      reader = { resolve, reject };
    });
  }

  return {
    push,
    end,
    get size() {
      return queue.length - head;
    },
    [Symbol.asyncIterator]() {
      assert(!taken, 'a channel has one reader');
      taken = true;
      return {
        next,
        return() {
          end();
          queue = [];
          head = 0;
          failure = undefined;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}

/** What is there at once where it can be, so that nobody waits for a turn of the event loop in vain. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value as soon as it is there. */
export function andThen<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

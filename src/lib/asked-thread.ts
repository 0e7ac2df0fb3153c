import { extname } from 'node:path'
import { type Transferable, Worker } from 'node:worker_threads'
import { Problem, type ProblemCode } from './problem.ts'
import type { Text } from './text.ts'

/** A problem crosses to the other thread in parts: an error would lose what it has beside its message. */
export type Failure =
  | {
      readonly kind: 'problem'
      readonly code: ProblemCode
      readonly text: Text
      readonly cause: unknown
    }
  | { readonly kind: 'bug'; readonly error: unknown }

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Problem)) return { kind: 'bug', error }
  return { kind: 'problem', code: error.code, text: error.text, cause: error.cause }
}

export function errorOf(failure: Failure): unknown {
  if (failure.kind === 'bug') return failure.error
  return new Problem(failure.code, failure.text, { cause: failure.cause })
}

export function isFailure(answer: { readonly kind: string }): answer is Failure {
  return answer.kind === 'problem' || answer.kind === 'bug'
}

export type AskedThreadOptions = {
  /** Of the thread's module, from the one that starts it, without its ending. */
  readonly module: string
  readonly from: string
  readonly workerData: unknown
  readonly name: string
  /** Of the heap's young part, in MiB; what is new there every moment is bounded by it. */
  readonly youngMiB?: number
  /** Told to whoever asks when the thread is no more. */
  readonly closed: Text
}

type Waiting<Answer> = {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A thread that is asked, and answers in order; it ends when it has answered `close`. */
export class AskedThread<
  Request extends { readonly kind: string },
  Answer extends { readonly kind: string },
> implements AsyncDisposable
{
  readonly #worker: Worker
  readonly #closed: Text
  readonly #waiting: Waiting<Answer | Failure>[] = []
  #gone: unknown

  constructor({ module, from, workerData, name, youngMiB, closed }: AskedThreadOptions) {
    // `.ts` in the repository, `.js` in the package built from it.
    const file = new URL(`${module}${extname(from)}`, from)
    this.#closed = closed
    this.#worker = new Worker(file, {
      workerData,
      name,
      ...(youngMiB !== undefined && { resourceLimits: { maxYoungGenerationSizeMb: youngMiB } }),
    })
    this.#worker.on('message', (answer: Answer | Failure) => this.#settle(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error(`the thread ${name} has ended`)))
    this.#worker.unref()
  }

  /** The answer, of the kind that is expected; what failed there is thrown here. */
  async ask<Kind extends Answer['kind']>(
    kind: Kind,
    request: Request,
    transfer: readonly Transferable[] = [],
  ): Promise<Extract<Answer, { readonly kind: Kind }>> {
    const answer = await this.#ask(request, transfer)
    if (answer.kind !== kind) throw new TypeError(`not an answer: ${answer.kind}`)
    return answer as Extract<Answer, { readonly kind: Kind }>
  }

  /** Says what is answered by nothing, if the thread is there to hear it. */
  tell(request: Request): void {
    if (this.#gone === undefined) this.#worker.postMessage(request)
  }

  async #ask(
    request: Request | { readonly kind: 'close' },
    transfer: readonly Transferable[],
  ): Promise<Answer> {
    if (this.#gone !== undefined) {
      throw new Problem('unavailable', this.#closed, { cause: this.#gone })
    }
    const answered = new Promise<Answer | Failure>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
    // Only while an answer is due does the thread keep the program running.
    this.#worker.ref()
    this.#worker.postMessage(request, transfer)
    const answer = await answered
    if (isFailure(answer)) throw errorOf(answer)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#gone !== undefined) return
    await this.#ask({ kind: 'close' }, [])
    // while its end is waited for the program must go on
    this.#worker.ref()
    await this.#worker.terminate()
  }

  #settle(answer: Answer | Failure): void {
    this.#waiting.shift()?.resolve(answer)
    if (this.#waiting.length === 0) this.#worker.unref()
  }

  #fail(error: unknown): void {
    this.#gone ??= error
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }
}

/** Adds whole fen in doubles as long as they are exact. */
export class FenSum {
  #small = 0
  #whole = 0n

  add(fen: number): void {
    this.#small += fen
    if (this.#small < 2 ** 51) return
    this.#whole += BigInt(this.#small)
    this.#small = 0
  }

  addExact(fen: bigint): void {
    this.#whole += fen
  }

  get total(): bigint {
    return this.#whole + BigInt(this.#small)
  }
}

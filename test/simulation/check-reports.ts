/**
 * Every report has one number in its session for ever, and is heard once.
 *
 *   shard ── says number n ──▶ REPORT BOOK ◀── hears number n ── client
 *
 * Stands beside the exchange and outlives its crashes. What a shard says again in a replay must be what it said before; what a
 * client hears must be what was said under that number, in order, without a gap; again only where it says so (PossDup).
 */

interface SessionReports {
  /** By number - 1: checksum of the report's block, and the command that caused it. */
  readonly sums: number[]
  readonly sequences: number[]
}

export class ReportBook {
  readonly #sessions = new Map<string, SessionReports>()

  /** `where`: the session, and its shard where there are several. `isNews`: the shard has never run that command. */
  said(where: string, report: { number: number; sum: number; sequence: number; isNews: boolean }) {
    const { number, sum, sequence, isNews } = report
    const { sums, sequences } = this.#of(where)
    if (number === sums.length + 1) {
      sums.push(sum)
      sequences.push(sequence)
      return
    }
    const isSame = sums[number - 1] === sum && sequences[number - 1] === sequence
    if (isSame && !isNews) return
    const what = isSame ? 'was said twice' : `came where ${sums.length + 1} was due, or is another`
    throw new Error(`reports: number ${number} of session ${where} ${what} (command ${sequence})`)
  }

  heard(where: string, report: { number: number; sum: number; due: number; isPossDup: boolean }) {
    const { number, sum, due, isPossDup } = report
    const name = `number ${number} of session ${where}`
    if (number > due) throw new Error(`reports: ${name} was heard where ${due} was due`)
    if (number < due && !isPossDup) throw new Error(`reports: ${name} was heard twice`)
    if (this.#of(where).sums[number - 1] === sum) return
    throw new Error(`reports: ${name} was heard, and is not what was said`)
  }

  /** How many were said. */
  count(where: string): number {
    return this.#of(where).sums.length
  }

  /** The log ends here now: what later commands caused was never said. */
  cutTo(sequence: number): void {
    for (const { sums, sequences } of this.#sessions.values()) {
      while (sequences.length > 0 && sequences.at(-1)! > sequence) {
        sequences.pop()
        sums.pop()
      }
    }
  }

  #of(where: string): SessionReports {
    let reports = this.#sessions.get(where)
    if (reports === undefined) {
      reports = { sums: [], sequences: [] }
      this.#sessions.set(where, reports)
    }
    return reports
  }
}

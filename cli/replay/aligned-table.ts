/** Rows of cells under each other: the first column to the left, numbers to the right. */

/** Two blanks before each line and between columns. */
export function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, text.length)
    }
  }
  return rows.map((row) => {
    const cells = row.map((text, column) =>
      isNumeric(rows, column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
    )
    return `  ${cells.join('  ').trimEnd()}`
  })
}

/** All that stands under its head, where there is anything. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const cells = rows.slice(1).map((row) => row[column] ?? '')
  return cells.some((text) => text !== '') && cells.every((text) => /^(-?[\d.]+|-|)$/.test(text))
}

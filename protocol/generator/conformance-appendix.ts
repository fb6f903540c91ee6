/** The conformance table as the appendix of WIRE.md: a table for each area, a row for each time that the client speaks. */
import { type Area, type CaseVenue, type ConformanceCase, casesOf } from '../conformance/case.ts'
import { DEFAULTS } from '../conformance/defaults.ts'
import { AREAS } from '../conformance/table.ts'

export const conformanceAppendix = (): string =>
  [HEAD, defaultsTable(), ...AREAS.map(areaSection)].join('\n')

const HEAD = `## Appendix. Conformance: what a certifying firm sends, and what comes back

Each case is one of the exchange's own tests, over TCP, and is run once for each
value in \`{}\`. It begins with a new connection of a session of its own; \`2:\` is a second connection. \`#7\` is MsgSeqNum, without it
a message carries the client's next number. Fields that a line does not name have the values of the table below when the client
sends them, and are not looked at when the exchange does; what comes beside that which is named is an error.

A value is the name that the set has for it, a number, \`'c'\` a character, \`"a\\x00b"\` bytes, \`null\` SBE's null; \`now+6s\` a time; \`OWN\`
and \`OTHER\` CompIDs of the case, \`MINE\` an instrument that nobody else trades, \`ID(o1)\` the OrderID of order o1. \`N\` behind a letter
is the message's number, in an entry its place. \`[...]\` is an entry of the message's group, \`[...]x33\` so many; what an answer has
of them is all that it has, and a message that has none is sent without its group, if it does not say \`count\`. CopyMsgIndicator is
the flag of a drop copy: Account and OnBehalfOfCompID are the 32 bytes behind it. PossDup comes with the OrigSendingTime that SendingTime is, if the line gives no other. What is done to a frame begins in lower case: \`length\`, \`encoding\`, \`blockLength\`, \`templateId\`,
\`schemaId\` and \`version\` are what its header says (version 1 has the shorter blocks), \`longer\` and \`shorter\` bytes of the root
block, \`behind\` bytes behind all, \`count\` and \`entryLength\` what its group says of its entries, \`entryLonger\` and \`entryShorter\` bytes
of each, \`first\` bytes that are sent and no more, \`cut\` where it is cut in two, \`times\` how often it is
sent, \`key\` the kind of key that signs it, \`signature\` what is wrong with that; \`after\` how long the answer takes at least.
`

function defaultsTable(): string {
  const rows = Object.entries(DEFAULTS).map(([message, fields]) => {
    const said = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
    return `| ${message} | ${said.join(' ')} |`
  })
  return ['| message | says, where its line does not |\n|--|--|', ...rows, ''].join('\n')
}

const VENUES: Readonly<Record<CaseVenue, string>> = {
  open: '',
  listed: 'At an exchange where only listed sessions may log on.\n\n',
  throttled:
    'At an exchange that takes 3 messages and 2 cancels a second of a session, 5 and 4 of an account, 7 and 6 of an address, lets 2 sessions of an account be logged on, and an address connect 4 times in 30 s.\n\n',
}

function areaSection(area: Area): string {
  const rows = casesOf(area).flatMap(caseRows)
  return `### ${area.letter}: ${area.title}

${VENUES[area.venue]}| case | rule | of | the client sends | the exchange answers |
|--|--|--|--|--|
${rows.join('\n')}
`
}

/** The first row names the case; those below it are what is said later. */
function caseRows({ id, rule, place, lines }: ConformanceCase): string[] {
  const turns: { sent: string[]; answered: string[] }[] = []
  for (const line of lines) {
    const isSent = /^\d?>/.test(line)
    const last = turns.at(-1)
    const turn = last === undefined || (isSent && last.answered.length > 0) ? newTurn() : last
    if (turn !== last) turns.push(turn)
    turn[isSent ? 'sent' : 'answered'].push(cell(line))
  }
  return turns.map(({ sent, answered }, index) => {
    const head = index === 0 ? `${id} | ${rule.replaceAll('|', '\\|')} | ${place}` : ' | | '
    return `| ${head} | ${sent.join('<br>')} | ${answered.join('<br>')} |`
  })
}

const newTurn = (): { sent: string[]; answered: string[] } => ({ sent: [], answered: [] })

function cell(line: string): string {
  const [, connection = '', said = ''] = /^(\d?)[<>] (.*)$/.exec(line) ?? []
  const ticks = said.includes('`') ? '``' : '`'
  return `${connection === '' ? '' : `${connection}: `}${ticks}${said}${ticks}`
}

/** Writes `protocol/WIRE.md`: what a client's programmer needs, from the same table as the codecs. */
import { ENUMS, type EnumTable } from '../enums.ts'
import { type Field, fieldBytes, type Group, type Message, templateIdOf } from '../message.ts'
import { REASONS } from '../reasons.ts'
import { SCHEMA_ID, VERSION, WIRE_MESSAGES } from '../schema.ts'
import { WIRE_FRAME_BYTES_MAX } from '../wire-frame.ts'
import { conformanceAppendix } from './conformance-appendix.ts'

export function generateWireDocument(): string {
  return [
    HEAD,
    '## Messages\n',
    ...WIRE_MESSAGES.map(messageSection),
    '## Sets of values\n',
    ...Object.keys(ENUMS).filter(isOnTheWire).map(enumSection),
    '## Reasons\n',
    'Field `Reason`(25100), with the FIX codes that go with it.\n',
    '| code | name | sentence | 103 | 102 |\n|--|--|--|--|--|',
    ...REASONS.map(
      (r) => `| ${r.code} | ${r.name} | ${r.sentence} | ${r.ordRejReason} | ${r.cxlRejReason} |`,
    ),
    '',
    conformanceAppendix(),
  ].join('\n')
}

const HEAD = `<!-- Generated from protocol/schema.ts by "npm run generate": do not edit. -->
# TradSys order entry: the wire

FIX session semantics over TCP, messages in Simple Binary Encoding 1.0 (schema ${SCHEMA_ID}, version ${VERSION}), **everything
little-endian, the framing header included**. The schema for code generators is \`tradsys.sbe.xml\`; \`golden.json\` holds
whole frames to test a client against, \`golden-copies.json\` those of a drop copy session.

## Frame

| offset | type | field |
|--|--|--|
| 0 | u32 | length of the frame, these 4 bytes included; at most ${WIRE_FRAME_BYTES_MAX} |
| 4 | u16 | encoding, 0xEB50 |
| 6 | u16 | blockLength |
| 8 | u16 | templateId |
| 10 | u16 | schemaId, ${SCHEMA_ID} |
| 12 | u16 | version, ${VERSION} |
| 14 | u32 | MsgSeqNum(34) |
| 18 | i64 | SendingTime(52), µs since 1970 |
| 26 | u8 | flags: bit 0 PossDup(43), bit 1 PossResend(97), which the exchange never sets, bit 2 CopyMsgIndicator(797) |
| 27 | u8 | 0 |
| 28 | i64 | OrigSendingTime(122), µs since 1970; -2^63 if absent |
| 36 | | root block, blockLength bytes |
| | | the group, where the message has one |

A group is \`blockLength\` u16 and \`numInGroup\` u16, then so many entries of blockLength bytes each. blockLength is that of the
frame, not that of the schema: a newer version may have appended fields to an entry. A count outside of the bounds below, and one
that does not fit into its frame, is answered by a Reject (IncorrectNumInGroup).

A wrong length or encoding has lost the framing: the connection is closed. Skip what a newer version has appended: the
frame ends where its length says. Entries of a group are skipped by the group's own blockLength.

## Versions

A field that is marked *since 2* was appended in version 2, a message so marked came with it; all else is as version 1 had
it. The exchange takes frames of both: a root block may end where version 1 ended it, and then says nothing of what follows.
It speaks in version ${VERSION}, whatever it was spoken to in; a client of version 1 skips what it does not know, by blockLength.

## Session

* The client connects and sends a Logon within 10 s; the exchange answers with a Logon, or with a Logout that says why not,
  and closes. Where very many have connected and said nothing, those go first that did so first: send the Logon at once.
* **Only application messages are numbered**: from the client NewOrderSingle, OrderCancelRequest, OrderCancelReplaceRequest,
  OrderMassCancelRequest, NewOrderList, MassQuote, QuoteCancel, OrderStatusRequest, OrderMassStatusRequest,
  SecurityDefinitionRequest and TradingSessionStatusRequest; from the exchange ExecutionReport, OrderCancelReject,
  OrderMassCancelReport, ListStatus, MassQuoteAcknowledgement, SecurityDefinition and TradingSessionStatus, which are all called
  reports here. Session messages carry the number that the next application message will have, and do not use it up. A
  client's message that is answered by a Reject has used its number up.
* NextExpectedMsgSeqNum(789) in the exchange's Logon is the number that the client's next application message must carry: all
  below it is in the journal and will be answered, nothing from it on was taken. The client sends again from there. In the
  client's Logon it is the number of the first report that the client has not seen: the exchange sends these again, with
  PossDup; 0 asks for none of them, only for what comes from now on. MsgSeqNum of the exchange's Logon is the number of the
  next report. Numbers outlive connections, and crashes of the exchange.
* A number that only a Reject or a SequenceReset has used up may come back after any lost connection: what 789 says is what counts. A Reject or
  Logout that answers a Logon carries MsgSeqNum 0, as no session is open yet.
* A number that is too low without PossDup ends the session (Logout); with PossDup it is ignored. After one that is too high the
  exchange sends a ResendRequest for all from the one expected on, and passes over what comes too early: the client sends it again
  behind what was missing, or passes numbers over by a SequenceReset. Where nothing of it comes within 10 s it asks once more, and
  ends the session after 10 s again.
* A client's ResendRequest is answered by the reports that it asks for, with PossDup and their old numbers, beside what happens
  meanwhile; a second one takes the place of the first. What was not told yet is not told twice. Where the exchange keeps reports no
  longer it says so by a SequenceReset with GapFillFlag 1 and PossDup: the next report has NewSeqNo.
* A client's SequenceReset with GapFillFlag 1 must carry the number expected, with PossDup it is ignored where it is lower; with
  GapFillFlag 0 its number is not looked at. NewSeqNo below the number expected is answered by a Reject.
* Numbers end at 4,000,000,000: an order above it, or one that comes when reports are above it, ends the session (Logout), and
  the next Logon is answered by a Logout (LogonsNotAllowed) unless it resets them.
* A repetition (PossDup) names its first SendingTime as OrigSendingTime: without it is answered by a Reject, which uses the number
  expected up and no other. One that is later than SendingTime ends the session (Reject with SendingTimeAccuracy, then Logout), and
  so does a Logon's SendingTime that is 120 s or more from the exchange's clock, and any other's that is as far from where the
  client's clock was in its Logon: a clock of the exchange that is set ends nobody's session. Only a Logout is not asked for its time.
* With a RecvWindow(25000) in its Logon a session's orders, lists, quotes and replaces that are older than so many ms when the exchange takes them,
  by SendingTime, are answered by a BusinessMessageReject (Stale), which uses the number up. Cancels are never too old.
* An order that a client may have sent before, under another number (after a reset of them), has PossResend: where its ClOrdID is known
  it is answered by how that order stands, as by an OrderStatusRequest, and none is entered; else it is an order like any other. On
  other messages PossResend says nothing.
* SessionRejectReason(373) of the exchange is RequiredTagMissing, ValueOutOfRange, IncorrectDataFormat, CompIdProblem,
  SendingTimeAccuracy, InvalidMsgType, IncorrectNumInGroup or Other. SignatureProblem never comes: a signature that is not good, or not fresh, is
  answered by a Logout with SessionStatus BadCredentials. A message that only the exchange sends is answered by a
  BusinessMessageReject (UnsupportedMessageType), which uses the number up.
* The ClOrdID of an OrderCancelRequest or OrderMassCancelRequest, and ListID and QuoteID, need only be well-formed: the exchange repeats it in its answer,
  and does not ask whether it was used before.
* With ResetSeqNumFlag(141) = 1 in its Logon a session's numbers begin again at 1, in both directions: its earlier reports are kept
  by the exchange, and can be asked for no more. What was not answered before may have been taken: OrderMassStatusRequest tells,
  and PossResend asks. Such a Logon carries MsgSeqNum 1, and is taken on a connection that is logged on too, with all that a Logon
  says; what the client sends behind it waits for the answer. Any other Logon there is answered by a Reject.
* The exchange may have a time of day at which the numbers of all sessions begin again in the same way. Who is logged on then hears a
  Logout (SequenceReset) and logs on anew, with NextExpectedMsgSeqNum 0 or 1; where the exchange was down at that time it is done
  at its start. A NextExpectedMsgSeqNum of before is too high then, and is answered by a Logout.
* A second Logon of a session that is logged on is refused, and the first connection goes on. With SecondLogon(25180) = 1 it takes
  over: the first is ended with a Logout, and of what it has sent nothing is taken from the question on.
* An account may have only so many sessions that are logged on (10, if nothing else is said), and an address may connect only so often
  (15 times in 30 s; the exchange's own machine is not counted): one session more is answered by a Logout, one connection more is
  closed without a word.
* Cancel on disconnect: CancelOnDisconnectType(35002) of the Logon says when the orders that this session entered are cancelled,
  whatever their time in force: 1 when the connection is lost, 2 on the client's Logout, 3 on both. After a Logout it is done at
  once; after a loss when CODTimeoutWindow(35003) is over, unless the session has logged on again within it. The exchange's own
  Logout, its end and its crash are losses: it keeps count of the window, and acts on it once, also where it was down meanwhile. A
  takeover is none. An order may say otherwise of itself: ExecInst. The reports (Canceled, Reason ConnectionLost or LoggedOut) have their numbers and wait for the next Logon.
* The exchange may take only so many messages a second of a session, an account or an address; cancels, of quotes
  too, have an allowance of their own. A list or a MassQuote is one message. One too many is answered by a BusinessMessageReject (Throttled), which uses the number up; RetryAfter says when it may be
  sent. Who is refused as often again within a second is logged out.
* A side that has sent nothing for HeartBtInt sends a Heartbeat. One that has received nothing for 1.2 × HeartBtInt sends a
  TestRequest, and closes after as long again.
* Where the session has a key, RawData(96) holds the base64 of the signature over
  \`A␁SenderCompID␁TargetCompID␁MsgSeqNum␁SendingTime\` (␁ = 0x01), SendingTime as \`YYYYMMDD-HH:MM:SS.ffffff\`; SendingTime must be
  within 5 s of the exchange's clock, and not before the exchange's start. It is an Ed25519 signature, or HMAC-SHA256 with the
  SHA-256 of the key's secret (its UTF-8 bytes) as the key. Username(553) names a key that \`tradsys key create\` has made; without
  it the session's own key is meant. A signature is good for one Logon.
* A key allows to read, to cancel too, or to trade too; what it does not allow is answered by a BusinessMessageReject
  (NotAuthorized), which uses the number up. A key that is revoked ends its sessions (Logout, BadCredentials) within two seconds.

### Where it is not FIX 4.4

| FIX 4.4 | here |
|--|--|
| each message uses a number up | application messages only; those of the session carry the next one, which is not looked at |
| MsgSeqNum of a Logon is judged | 789 of the answer says where to go on; only with ResetSeqNumFlag it must be 1 |
| what is refused at Logon is closed without a word | a Logout says why; only what is no Logon hears nothing |
| a message behind a gap may be kept | it is passed over, and comes again: a ResendRequest has EndSeqNo 0 |
| a TestRequest behind a gap is answered behind it | it is answered at once |
| session messages are gap-filled when reports are sent again | they have no numbers: a GapFill only stands for reports that are not kept |
| a ResendRequest is answered after a Logout too | nothing is: the reports come after the next Logon |
| a SendingTime of a Logout that is wrong ends in a Reject | a Logout is taken whenever it was sent |

## Drop copy

A session that the venue has defined for it is told of the reports of an account's sessions, or of those of all accounts of a firm:
ExecutionReport, OrderCancelReject and OrderMassCancelReport, whatever caused them, whether the session that they are for is logged
on or not, and from the definition on. An account that comes to a firm later, or leaves it, is heard for that time.

* Its Logon says DropCopyFlag(9406) = 1, and no other session's may. A key that may only read is enough.
* Each report comes as its own session gets it, but for three things: MsgSeqNum is a number of the drop copy session, CopyMsgIndicator
  (bit 2 of the flags) is set, and the root block is 32 bytes longer. These last 32 are Account(1), char[16], and
  OnBehalfOfCompID(115), char[16]: whose it is. A ClOrdID is unique in its account, an ExecID everywhere.
* Numbers are the drop copy session's own: from 1, without a gap, over restarts and crashes of the exchange.
  NextExpectedMsgSeqNum, ResendRequest, PossDup, SequenceReset and ResetSeqNumFlag (which begins its own anew, and nobody else's) mean what
  they mean in any session. A report is sent again with PossDup under the number that it had; its own session's PossDup is another matter.
* It may not ask: an application message is answered by a BusinessMessageReject (NotAuthorized), which uses its number up.
* One that reads too slowly is cut off as any session is, and finds what it has missed when it is back. Trading does not wait for it.

## Orders

What an order says depends on its OrdType. A field that is missing there, or that has no meaning there and is not absent, is
answered by a Reject that names its tag; so is a value out of its set or range. Whether the instructions go together, and
whether the market takes them now, is answered by an ExecutionReport (Rejected) with a Reason.

| OrdType | Price | StopPx | TrailingTicks, TrailingBps | PegPriceType | CashOrderQty |
|--|--|--|--|--|--|
| Limit | needed | | | | |
| Market | | | | | may stand instead of OrderQty |
| MarketToLimit | | | | | |
| Stop | | needed | | | |
| StopLimit | needed | needed | | | |
| Pegged | needed to buy | | | needed, and PegOffsetValue if it likes | |
| TrailingStop | | the first trigger, if it likes | one of the two | | |

ExpireTime goes with GoodTillDate, LinkClOrdID with a ContingencyType; both are needed there and absent elsewhere. TrailingBps is
at most 10,000, TrailingTicks and PegOffsetValue within ±(2^31-1). A Market, Limit or MarketToLimit order that says nothing of
version 2 may end where version 1 ended it.

ExecInst(18) says what ends an order besides the CancelOnDisconnectType of its session's Logon. With CancelOnConnectionLoss (FIX's o) it is
cancelled when the connection of its session is lost, after that Logon's CODTimeoutWindow, also where the Logon asked for nothing. With
StayOnConnectionLoss (n) neither a loss nor a Logout cancels it, whatever the Logon asked for: so a good-till order stays. With
CancelOnSystemFailure (Q) it is cancelled at once (Reason SystemFailure) when the exchange is there again after it has failed, whether
its session was logged on or not; an exchange that was stopped in order has not failed. The other values are both.

Status is told at its place in the log: reports with lower numbers are in it, no others. ClOrdID of such a report is the request's,
OrigClOrdID the order's. Of an order that is over, and not the longest ago, it says how it ended, and CumQty; OrderQty only where it
was filled, CumQuoteQty not. Where there is no such order, or no open one, or it may not be asked now, OrdStatus is Rejected and Reason
says why. The last answer of each shard to a mass request says LastRptRequested 1.

A replace keeps all of an order but its total quantity and its price. Reports on an order go to the session that entered it,
whoever caused them; but the answer to a cancel goes to the session of the account that asked, and an order that another session of
the account has replaced is that one's from then on.

OrderID is given by the exchange, and never again. Of orders that one message enters each has its own.

## Lists and quotes

A NewOrderList enters two orders with ContingencyType OneCancelsTheOther, or with one of the others two or three: the first triggers
the second, or the second and the third, which then cancel each other. All have the same Symbol, and name no link of their own. They
are accepted or refused together. ListStatus comes first: of a refusal ClOrdID and Reason say which order it was, and why. Then each
order has its report, New, or Rejected (ListRefused, but for the one that was at fault).

A MassQuote has one entry a symbol, with a bid, an offer, or both: BidSize 0 takes the bid back, without BidSize it stays as it is;
the offer likewise. What the account quoted before on a side that is given is gone, whatever becomes of the new quote.
MassQuoteAcknowledgement comes first, with an OrderID or a Reason for each side; a QuoteStatus of Rejected has no entries, and nothing
was done. The quotes' fills are ExecutionReports whose ClOrdID is the QuoteID of the message, and so is their end, where nobody asked for
it: neither a new quote nor one that was replaced or taken back has a report. All symbols of a message live on one shard of the
exchange; entries of others are refused (OtherShard).

ProtectionWindow and the limits that stand behind it are the account's own, for each symbol of the message: where its quotes' fills
within so many seconds go beyond one of them, what is left of them is cancelled (QuoteProtection), and new quotes are refused
until a MassQuote says ProtectionReset 1. Without ProtectionWindow they stay as they were. What is wrong with one order or one entry
is told in a Reject whose Text begins with its number, such as \`#2: \`.

`

function messageSection(message: Message): string {
  const { name, msgType, direction, blockBytes, blockBytesV1, doc, fields, group } = message
  const size = `block ${blockBytes} bytes${blockBytesV1 === undefined ? '' : `, in version 1 ${blockBytesV1}`}`
  const facts = [`${msgType}, template ${templateIdOf(msgType)}`, size, SPEAKER[direction]]
  if (message.since !== undefined) facts.push(`since ${message.since}`)
  return `### ${name} (${facts.join(', ')})

${doc}

${fieldTable(fields)}
${group === undefined ? '' : groupSection(group)}`
}

const fieldTable = (fields: readonly Field[]): string => `| offset | bytes | type | field | |
|--|--|--|--|--|
${fields.map(fieldRow).join('\n')}
`

const groupSection = ({ name, tag, entry, countMin, countMax, ...rest }: Group): string => `
Then the group ${name}(${tag}), ${countMin} to ${countMax} entries of ${rest.blockBytes} bytes. ${rest.doc}

${WIRE_MESSAGES.some((message) => message.name === entry) ? '' : fieldTable(rest.fields)}`

const SPEAKER: Readonly<Record<Message['direction'], string>> = {
  both: 'both ways',
  client: 'from the client',
  exchange: 'from the exchange',
  command: 'inside',
  event: 'inside',
  shards: 'inside',
}

const fieldRow = (field: Field): string =>
  `| ${field.offset} | ${fieldBytes(field.type)} | ${typeCell(field)} | ${field.name}(${field.tag}) | ${field.doc} |`

const typeCell = ({ type, optional, since }: Field): string =>
  `${type}${optional ? ', optional' : ''}${since === undefined ? '' : `, since ${since}`}`

const isOnTheWire = (name: string): boolean =>
  name !== 'Reason' &&
  WIRE_MESSAGES.some(({ fields, group }) =>
    [...fields, ...(group?.fields ?? [])].some((field) => field.type === name),
  )

function enumSection(name: string): string {
  const { isChar, values, note }: EnumTable = ENUMS[name as keyof typeof ENUMS]
  const rows = Object.entries(values).map(
    ([key, value]) => `${isChar ? `'${String.fromCharCode(value)}'` : value} ${key}`,
  )
  return `**${name}**: ${rows.join(' · ')}${note === undefined ? '' : ` (${note})`}\n`
}

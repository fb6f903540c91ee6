/** What the operator says to a shard: only rings and the journal carry it. Rules for changing it: schema.ts. */
import { f, type Message, optional, SYMBOL, since, whenShort } from './message.ts'

/** What the venue consists of. All of it is said again at each start. */
const DEFINITIONS: readonly Message[] = [
  {
    name: 'CurrencyDefine',
    msgType: 'UC',
    direction: 'command',
    blockBytes: 24,
    doc: 'A currency of the venue. Said again with the same content it changes nothing.',
    fields: [
      f(0, 'char[8]', 15, 'Currency', 'code'),
      f(8, 'u32', 25110, 'Decimals', 'one unit of money is 10^-Decimals'),
      f(12, 'u32', 25101, 'Reserved', '0'),
      f(16, 'i64', 25111, 'PaperGrant', 'units that a new paper account starts with; 0: none'),
    ],
  },
  {
    name: 'InstrumentDefine',
    msgType: 'UI',
    direction: 'command',
    blockBytes: 176,
    blockBytesV1: 128,
    doc: 'An instrument and its limits. As a command it opens or changes one; as an event it tells everyone its number.',
    fields: [
      f(0, 'char[16]', 55, 'Symbol', SYMBOL),
      f(16, 'char[8]', 25112, 'BaseCurrency', 'what is traded'),
      f(24, 'char[8]', 15, 'QuoteCurrency', 'what it is paid in'),
      optional(f(32, 'u32', 48, 'Instrument', 'its number, from 0; absent in the command')),
      f(
        36,
        'u32',
        25113,
        'CollarBps',
        'a limit may cross the reference price by so much; 0: no collar',
      ),
      f(40, 'u32', 25114, 'PriceDecimals', 'TickSize is in 10^-PriceDecimals'),
      f(44, 'u32', 25115, 'LotDecimals', 'LotSize is in 10^-LotDecimals'),
      f(48, 'i64', 969, 'TickSize', 'one tick'),
      f(56, 'i64', 1234, 'LotSize', 'one lot'),
      f(64, 'i64', 25116, 'PriceMin', 'lowest price, ticks'),
      f(72, 'i64', 25117, 'PriceMax', 'highest price, ticks, at most 2^31-1'),
      f(80, 'i64', 25118, 'QtyMin', 'smallest order, lots'),
      f(88, 'i64', 1140, 'QtyMax', 'largest order, lots, at most 2^31-1'),
      f(96, 'i64', 25119, 'NotionalMin', 'smallest order, units of the quote currency'),
      f(104, 'i64', 25120, 'NotionalMax', 'largest order, units of the quote currency'),
      f(
        112,
        'i64',
        25121,
        'ReferencePrice',
        'for the collar until the first trade, ticks; 0: none',
      ),
      f(120, 'u32', 25122, 'OpenOrdersMax', 'open orders that an account may have here'),
      f(124, 'u32', 25101, 'Reserved', '0'),
      ...since(2, [
        whenShort(
          500,
          f(128, 'u32', 25140, 'ProtectionBps', 'how far a market order may reach; default 500'),
        ),
        f(132, 'u32', 25141, 'BandBps', 'half width of the price band; 0: no band'),
        f(136, 'BandPolicy', 25142, 'BandPolicy', 'what happens at the band'),
        f(137, 'Matching', 25143, 'Matching', 'how a price level is shared out'),
        f(
          138,
          'u8',
          25144,
          'TopOrder',
          '1: pro-rata serves the order that bettered the price first',
        ),
        f(139, 'MarketPhase', 25145, 'InitialPhase', 'of a new market; 0: Continuous'),
        f(140, 'u32', 25146, 'AllocationMin', 'smallest pro-rata share, lots; less becomes 0'),
        f(144, 'u32', 25147, 'AuctionSeconds', 'length of an auction; 0: the operator ends it'),
        f(148, 'u32', 25148, 'LimitStateSeconds', 'at the band so long: a pause follows'),
        f(
          152,
          'u32',
          25149,
          'PauseSeconds',
          'length of a pause at the band, and of a halt by a move',
        ),
        f(
          156,
          'u32',
          25150,
          'ReferenceWindowSeconds',
          'the band reference is the mean price of so long; 0: the last uncross',
        ),
        f(160, 'u32', 25151, 'MoveBps', 'a move of so much within the window halts; 0: none does'),
        f(164, 'u32', 25152, 'MoveWindowSeconds', 'the window of MoveBps'),
        f(
          168,
          'u32',
          25172,
          'ReferenceStepBps',
          'the mean must be so far off to become the reference',
        ),
        f(172, 'u32', 25173, 'ReferenceIntervalSeconds', 'and the reference at least so old'),
      ]),
    ],
  },
  {
    name: 'SessionDefine',
    msgType: 'UN',
    direction: 'command',
    blockBytes: 32,
    doc: 'A session that may log on, and the account it trades for.',
    fields: [
      f(0, 'char[16]', 49, 'CompID', 'the session'),
      f(16, 'char[16]', 1, 'Account', 'the account, opened if new'),
    ],
  },
  {
    name: 'Deposit',
    msgType: 'UD',
    direction: 'command',
    blockBytes: 72,
    doc: 'Money for an account. Said again in the same words it changes nothing; a reference is good for one amount.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account'),
      f(16, 'char[8]', 15, 'Currency', 'code'),
      f(24, 'i64', 25123, 'Amount', 'units, above 0'),
      f(32, 'char[36]', 25124, 'Reference', 'unique for the account'),
      f(68, 'u32', 25101, 'Reserved', '0'),
    ],
  },
]

/** Fees and limits. Said again with the same content they change nothing; what is not said again stays. */
const RULES: readonly Message[] = [
  {
    name: 'FeeDefine',
    msgType: 'UF',
    direction: 'command',
    blockBytes: 40,
    since: 2,
    doc: 'What a fill costs, of orders entered from now on. The first that is said of: account and symbol, account, symbol, all.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account; empty: every one'),
      f(16, 'char[16]', 55, 'Symbol', 'the instrument; empty: every one'),
      optional(
        f(32, 'u32', 25153, 'MakerPpm', 'millionths of the money, of the order that rested'),
      ),
      optional(f(36, 'u32', 25154, 'TakerPpm', 'of the order that arrived; both absent: unsaid')),
    ],
  },
  {
    name: 'RiskDefine',
    msgType: 'UR',
    direction: 'command',
    blockBytes: 80,
    since: 2,
    doc: 'How far an account may go. 0: no limit; absent: unsaid. Each field is the first said of: account and symbol, account, symbol, all.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account; empty: every one'),
      f(16, 'char[16]', 55, 'Symbol', 'the instrument; empty: every one'),
      optional(f(32, 'i64', 25155, 'OrderQtyMax', 'lots of one order')),
      optional(f(40, 'i64', 25156, 'OrderNotionalMax', 'money of one order, quote units')),
      optional(f(48, 'i64', 25157, 'PositionMax', 'lots, long or short, open orders included')),
      optional(
        f(
          56,
          'i64',
          25158,
          'ExposureMax',
          'positions and open orders in that currency, quote units',
        ),
      ),
      optional(
        f(64, 'i64', 25159, 'DailyLossMax', 'loss of the day in that currency, quote units'),
      ),
      optional(f(72, 'u32', 25122, 'OpenOrdersMax', 'in all markets; only with an empty Symbol')),
      optional(
        f(76, 'u32', 25160, 'MessagesPerSecond', 'orders and replaces; only with an empty Symbol'),
      ),
    ],
  },
  {
    name: 'GroupDefine',
    msgType: 'UG',
    direction: 'command',
    blockBytes: 24,
    since: 2,
    doc: 'Which accounts are one for self-trade prevention.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account'),
      f(16, 'u32', 25161, 'Group', 'number of its group; 0: alone'),
      f(20, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'BreakerDefine',
    msgType: 'UB',
    direction: 'command',
    blockBytes: 16,
    since: 2,
    doc: 'Circuit breakers of the whole venue: a fall of so much since the day’s start halts every market. 0: off.',
    fields: [
      f(0, 'u32', 25162, 'Level1Bps', 'halts for HaltSeconds'),
      f(4, 'u32', 25163, 'Level2Bps', 'halts for HaltSeconds'),
      f(8, 'u32', 25164, 'Level3Bps', 'ends the day’s trading'),
      f(12, 'u32', 25165, 'HaltSeconds', 'length of a halt of level 1 or 2'),
    ],
  },
]

/** What the operator does in the course of a day. */
const ACTIONS: readonly Message[] = [
  {
    name: 'PhaseChange',
    msgType: 'UP',
    direction: 'command',
    blockBytes: 24,
    since: 2,
    doc: 'Moves markets to a phase.',
    fields: [
      f(0, 'char[16]', 55, 'Symbol', 'the market; empty: all of them'),
      f(16, 'MarketPhase', 25166, 'Phase', 'the phase to enter'),
      f(17, 'u8', 25101, 'Reserved', '0'),
      f(18, 'u16', 25102, 'Reserved2', '0'),
      f(20, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
  {
    name: 'KillSwitch',
    msgType: 'UK',
    direction: 'command',
    blockBytes: 24,
    since: 2,
    doc: 'Stops an account, or everyone: what is open is cancelled and what is new refused, until it is lifted.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account; empty: the whole exchange'),
      f(
        16,
        'u8',
        25167,
        'On',
        '1: nothing but cancels, 2: only what reduces positions too, 0: lifted',
      ),
      f(17, 'u8', 25101, 'Reserved', '0'),
      f(18, 'u16', 25102, 'Reserved2', '0'),
      f(20, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
  {
    name: 'DayStart',
    msgType: 'UY',
    direction: 'command',
    blockBytes: 8,
    since: 2,
    doc: 'A trading day begins: daily losses and the venue’s breakers count from here.',
    fields: [
      f(
        0,
        'i64',
        25171,
        'LateTime',
        'from then on only level 3 breaks, µs since 1970; 0: no such time',
      ),
    ],
  },
  {
    name: 'Tick',
    msgType: 'UT',
    direction: 'command',
    blockBytes: 8,
    since: 2,
    doc: 'Nothing but its time: what was due by then happens. Sent where a WakeUp asked for it.',
    fields: [f(0, 'i64', 25101, 'Reserved', '0')],
  },
]

export const OPERATOR_COMMANDS: readonly Message[] = [...DEFINITIONS, ...RULES, ...ACTIONS]

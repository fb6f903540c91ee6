/** What fits together in an order (§1), rule by rule, as the page lists them. */
import type { BookRules, OrderSpec } from './book-under-test.ts'
import { isStop } from './naive-order.ts'

interface Circumstances {
  readonly now: number
  /** It waits for a parent: its own, or that of the order it is linked to. */
  readonly isChild: boolean
}

type Rule = (spec: OrderSpec, circumstances: Circumstances) => boolean

const takesTime = ({ tif }: OrderSpec): boolean => tif === 'day' || tif === 'gtc' || tif === 'gtd'

const restsAsLimit = ({ type }: OrderSpec): boolean => type === 'limit' || type === 'stop-limit'

const hasMinimum = (spec: OrderSpec): boolean =>
  spec.minimum > 0 || spec.allOrNone || spec.tif === 'fok'

/** Each is true of an order that is in order. */
const RULES: Readonly<Record<string, Rule>> = {
  'a price for those whose price is their own': (spec) =>
    spec.type === 'pegged'
      ? spec.sign === -1 || spec.price > 0
      : restsAsLimit(spec) === spec.price > 0,
  'a trigger for stops': (spec) => {
    if (spec.type === 'trailing-stop') return true
    return (spec.type === 'stop' || spec.type === 'stop-limit') === spec.trigger > 0
  },
  'one distance for trailing stops': (spec) =>
    Number(spec.trailTicks > 0) + Number(spec.trailBps > 0) ===
    Number(spec.type === 'trailing-stop'),
  'a kind of peg for pegged orders': (spec) =>
    spec.type === 'pegged' ? spec.peg !== 'none' : spec.peg === 'none' && spec.pegOffset === 0,
  'lots, or a budget': (spec) => (spec.budget > 0 ? spec.lots === 0 : spec.lots > 0),
  'post-only rests': (spec) =>
    spec.postOnly === 'no' ||
    ((restsAsLimit(spec) || spec.type === 'pegged') && takesTime(spec) && !hasMinimum(spec)),
  'an iceberg shows a part of what rests': (spec) =>
    spec.display === 0 ||
    (restsAsLimit(spec) && spec.display < spec.lots && !spec.hidden && takesTime(spec)),
  'hidden rests': (spec) =>
    !spec.hidden || ((restsAsLimit(spec) || spec.type === 'pegged') && takesTime(spec)),
  'a minimum is of an order that takes at once': (spec) =>
    !hasMinimum(spec) ||
    (!isStop(spec) &&
      spec.type !== 'pegged' &&
      spec.budget === 0 &&
      spec.tif !== 'at-open' &&
      spec.tif !== 'at-close' &&
      spec.minimum <= spec.lots),
  'stops and pegs take their time': (spec) =>
    (!isStop(spec) && spec.type !== 'pegged') || takesTime(spec),
  'auctions have limit and market orders': (spec) =>
    (spec.tif !== 'at-open' && spec.tif !== 'at-close') ||
    spec.type === 'limit' ||
    spec.type === 'market',
  'a budget is spent at market, at once': (spec) =>
    spec.budget === 0 || (spec.type === 'market' && spec.tif === 'ioc'),
  'a child can wait': (spec, { isChild }) =>
    !isChild ||
    (spec.type !== 'market-to-limit' &&
      spec.budget === 0 &&
      spec.tif !== 'at-open' &&
      spec.tif !== 'at-close'),
  'a pegged order slides nowhere': (spec) => spec.type !== 'pegged' || spec.postOnly !== 'slide',
  'GTD names a time to come': (spec, { now }) =>
    spec.tif === 'gtd' ? spec.expire > now : spec.expire === 0,
  'a link names an order': (spec) => (spec.link !== 'none') === spec.linkId > 0,
}

/** A reason, or nothing if the order is in order. */
export function judgeInstructions(
  spec: OrderSpec,
  circumstances: Circumstances,
  rules: BookRules,
): string {
  if (Object.values(RULES).some((rule) => !rule(spec, circumstances))) return 'InvalidInstruction'
  const isOutside = (price: number) =>
    price !== 0 && (price < rules.priceMin || price > rules.priceMax)
  return isOutside(spec.price) || isOutside(spec.trigger) ? 'PriceOutOfRange' : ''
}

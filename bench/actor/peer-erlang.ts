/**
 * Erlang in `bench actor --vs`, where `erl` is on the PATH: processes of one BEAM with as many schedulers as it likes. What comes first
 * warms up as long as it lasts.
 *
 *   ping_pong   one process asks another, the next question as soon as it is answered
 *   fan_in      four send tuples of five numbers to one, each waiting for a word from it after a thousand: BEAM's
 *               mailboxes have no bound
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const MODULE = 'tradsys_peer'

const SOURCE = `
-module(${MODULE}).
-export([ping_pong/1, fan_in/1]).

now_us() -> erlang:monotonic_time(microsecond).

%% Microseconds of a trip.
ping_pong(Ms) ->
  Echo = spawn_link(fun echo/0),
  trips(Echo, 1, now_us() + Ms * 250),
  StartUs = now_us(),
  Trips = trips(Echo, 1, StartUs + Ms * 750),
  (now_us() - StartUs) / Trips.

echo() ->
  receive {From, Number, Price} -> From ! {Number, Price}, echo() end.

trips(Echo, From, EndUs) ->
  To = thousand(Echo, From, From + 1000),
  case now_us() < EndUs of
    true -> trips(Echo, To, EndUs);
    false -> To - 1
  end.

thousand(_, To, To) -> To;
thousand(Echo, Number, To) ->
  Price = Number + 1000000,
  Echo ! {self(), Number, Price},
  receive {Number, Price} -> ok end,
  thousand(Echo, Number + 1, To).

%% Messages a second.
fan_in(Ms) ->
  Sink = self(),
  Sources = [spawn_link(fun() -> source(Sink, Id, 0) end) || Id <- lists:seq(0, 3)],
  sink(0, now_us() + Ms * 250),
  StartUs = now_us(),
  Count = sink(0, StartUs + Ms * 750),
  Rate = Count * 1000000 / (now_us() - StartUs),
  [begin unlink(Source), exit(Source, kill) end || Source <- Sources],
  Rate.

source(Sink, Id, Number) ->
  To = burst(Sink, Id, Number, Number + 1000),
  Sink ! {done, self(), To},
  receive more -> source(Sink, Id, To) end.

burst(_, _, To, To) -> To;
burst(Sink, Id, Number, To) ->
  Sink ! {Id, Number, Number + 1000000, Number band 1023, 1},
  burst(Sink, Id, Number + 1, To).

sink(Count, EndUs) ->
  receive
    {Id, Number, Price, Lots, 1} when Price =:= Number + 1000000, Lots =:= Number band 1023, Id < 4 ->
      sink(Count + 1, EndUs);
    {done, Source, _} ->
      Source ! more,
      case now_us() < EndUs of
        true -> sink(Count, EndUs);
        false -> Count
      end
  end.
`

export function hasErlang(): boolean {
  try {
    execFileSync('erl', ['-noshell', '-eval', 'halt().'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Compiled: what `-eval` is given is interpreted. */
export async function runErlang(task: 'ping_pong' | 'fan_in', seconds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-erlang-'))
  try {
    writeFileSync(join(directory, `${MODULE}.erl`), SOURCE)
    const ms = Math.round(seconds * 1000)
    const text = `{ok, _} = c:c(${MODULE}), io:format("~f", [float(${MODULE}:${task}(${ms}))]), halt().`
    const options = { cwd: directory }
    const { stdout } = await promisify(execFile)('erl', ['-noshell', '-eval', text], options)
    return Number(stdout)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/**
 * Chat rooms over WebSocket. A room is a journaled actor: what was said in it, and heard by anyone, is there after a crash. A
 * connection is a transient actor on the thread of its socket; the room watches it, so whoever drops out has left, also by the end
 * of the process.
 *
 *   browser ─▶ socket ─▶ connection ── Join, Say ──▶ room (journal) ── Heard ──▶ all its connections ─▶ sockets
 *
 *   node examples/chat.js [directory] [port]      then open the address that it prints, in two windows
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { isMainThread } from 'node:worker_threads'
import { ActorSystem, behavior, f64, onThread, protocol, refTo, text } from 'tradsys/engine'
import { WebSocketServer } from 'ws'

const ROOMS = ['lobby', 'kitchen', 'library']
const HISTORY_MAX = 50
const CONNECTIONS_MAX = 200
/** Of what somebody says, and of a name. */
const [WORDS_BYTES, NICK_BYTES] = [1_000, 20]
/** Sent and not yet taken by the reader: beyond it the connection is cut. */
const UNREAD_BYTES_MAX = 256 * 1024

export const Room = protocol('room', {
  Join: { nick: text(NICK_BYTES) },
  Say: { words: text(WORDS_BYTES) },
})
export const Connection = protocol('connection', {
  Open: { room: refTo('room'), nick: text(NICK_BYTES) },
  Typed: { words: text(WORDS_BYTES) },
  Heard: { nick: text(NICK_BYTES), words: text(WORDS_BYTES), atMs: f64 },
})

export const room = behavior(Room, (ctx) => {
  const nicks = new Map() // by connection
  let history = []
  const say = (nick, words) => {
    const heard = { nick, words, atMs: ctx.timeUs / 1000 }
    history.push(heard)
    if (history.length > HISTORY_MAX) history.shift()
    for (const member of nicks.keys()) ctx.tell(member, Connection.Heard, heard)
  }
  return {
    Join({ nick }) {
      for (const heard of history) ctx.tell(ctx.sender, Connection.Heard, heard)
      nicks.set(ctx.sender, nick)
      ctx.watch(ctx.sender)
      say(nick, 'has come')
    },
    Say({ words }) {
      const nick = nicks.get(ctx.sender)
      if (nick !== undefined) say(nick, words)
    },
    terminated(connection) {
      const nick = nicks.get(connection)
      nicks.delete(connection)
      if (nick !== undefined) say(nick, 'has left')
    },
    transfer(snapshot) {
      const members = [...nicks]
      nicks.clear()
      for (let i = 0, count = snapshot.number(members.length); i < count; i++) {
        const [member, nick] = members[i] ?? [0, '']
        nicks.set(snapshot.number(member), snapshot.text(nick))
      }
      const count = snapshot.number(history.length)
      history = Array.from({ length: count }, (_, i) => ({
        nick: snapshot.text(history[i]?.nick ?? ''),
        words: snapshot.text(history[i]?.words ?? ''),
        atMs: snapshot.number(history[i]?.atMs ?? 0),
      }))
    },
  }
})

/** By the name of the connection that is about to be born: a socket cannot be sent in a message. */
const sockets = new Map()

export const connection = behavior(Connection, (ctx) => {
  const socket = sockets.get(ctx.name)
  let room
  return {
    Open(m) {
      room = m.room
      return ctx.tell(room, Room.Join, { nick: m.nick })
    },
    Typed: ({ words }) => ctx.tell(room, Room.Say, { words }),
    Heard(m) {
      if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.terminate()
      else socket.send(JSON.stringify(m.copy()))
    },
  }
})

if (isMainThread) {
  const system = await ActorSystem.start({
    ...{ from: import.meta.url, behaviors: { room, connection }, threads: [{ name: 'rooms' }] },
    journal: { directory: process.argv[2] ?? 'chat-data' },
  })
  const rooms = new Map()
  for (const name of ROOMS) {
    rooms.set(`/${name}`, await system.spawn(room, name, { journaled: true }))
  }
  const page = readFileSync(new URL('chat.html', import.meta.url))
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
  })
  server.maxConnections = CONNECTIONS_MAX
  const verifyClient = ({ origin, req }) => !origin || origin === `http://${req.headers.host}`
  const webSockets = new WebSocketServer({ server, maxPayload: WORDS_BYTES, verifyClient })
  let connections = 0
  webSockets.on('connection', async (socket, { url }) => {
    socket.on('error', () => socket.terminate())
    // Taken apart by hand: `new URL` throws at what strangers send, '//' for one.
    const [pathname, query] = url.split('?', 2)
    const nick = new URLSearchParams(query).get('nick') ?? ''
    if (!rooms.has(pathname) || !/^\w{1,20}$/.test(nick)) return socket.close(1008, 'who, where?')
    const name = `connection-${++connections}`
    sockets.set(name, socket)
    // What is typed before the actor is there waits in the kernel.
    socket.pause()
    const born = system.spawn(connection, name, { on: onThread('main') })
    socket.on('close', async () => {
      await born.then((ref) => system.control.stop(ref)).catch(() => undefined)
      sockets.delete(name)
    })
    const ref = await born.catch(() => undefined)
    if (ref === undefined) return socket.close(1013, 'full')
    system.tell(ref, Connection.Open, { room: rooms.get(pathname), nick })
    socket.on('message', (words, isBinary) => {
      if (isBinary) socket.close(1003, 'text, please')
      else if (system.tell(ref, Connection.Typed, { words: String(words) }) !== 0) {
        socket.close(1013, 'too fast')
      }
    })
    socket.resume()
  })
  server.listen(Number(process.argv[3] ?? 8000), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/`)
  })
}

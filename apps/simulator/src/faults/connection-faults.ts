/** What can happen to a connection. */
import type { Connection } from '../streams/connection.ts';
import type { FaultRow } from './active-fault.ts';

const minute = 60_000;
const goingAway = 1_001;

/** Every connection at once, as a load balancer does that is restarted. */
export const connectionCut: FaultRow = {
  durationMs: 0,
  start({ streams, open, fired }) {
    for (const { socket } of streams.connections) {
      if (!open()) break;
      fired();
      socket.terminate();
    }
    return {};
  },
};

/** The exchange cuts every connection at a certain age: 24 hours on the real one. */
export const connectionLifetime: FaultRow = {
  durationMs: 366 * 1_440 * minute,
  start: ({ fault, streams, open, fired }) => ({
    advance(now) {
      for (const { socket, openedAt } of streams.connections) {
        if (now - openedAt < (fault.lifetimeMs ?? 86_400_000) || socket.readyState !== socket.OPEN) continue;
        if (!open()) return;
        fired();
        socket.terminate();
      }
    },
  }),
};

/** The server asks for a sign of life; pongs get lost on the way (or, `lost: false`, only the mute are dropped). */
export const missedPong: FaultRow = {
  durationMs: minute,
  start({ fault, streams, now, left, fired }) {
    const waiting = new Map<Connection, number>();
    const ask = (connection: Connection): void => {
      waiting.set(connection, now());
      if (fault.lost === false) connection.socket.once('pong', () => waiting.delete(connection));
      connection.socket.once('close', () => waiting.delete(connection));
      if (connection.socket.readyState === connection.socket.OPEN) connection.socket.ping('alive?');
    };
    for (const connection of streams.connections) ask(connection);
    return {
      pongs: (connection) => fault.lost === false || !waiting.has(connection),
      advance(time) {
        for (const [{ socket }, askedAt] of [...waiting]) {
          if (time - askedAt < (fault.delayMs ?? 10_000) || !left()) continue;
          fired();
          socket.terminate();
        }
      },
      busy: () => waiting.size > 0 && left(),
    };
  },
};

/** Connections opened meanwhile acknowledge every subscription and never say another word. */
export const silentConnection: FaultRow = {
  durationMs: 2 * minute,
  start: ({ open, fired }) => ({
    opened(connection) {
      if (!open() || connection.silent) return;
      fired();
      connection.silent = true;
    },
  }),
};

/** Among healthy ones; on another connection the stream would speak. */
export const silentStream: FaultRow = {
  durationMs: 5 * minute,
  start({ fault, streams, dialect, symbols, open, fired }) {
    const affected = new Set([...streams.connections].map(({ id }) => id));
    const mute = new Set((fault.symbols ?? symbols().slice(0, 1)).map(dialect.streams.klineName));
    return {
      delivers(connection, stream) {
        if (!mute.has(stream) || !affected.has(connection.id) || !open()) return true;
        fired();
        return false;
      },
    };
  },
};

/** Streams subscribed meanwhile are acknowledged and stay silent; their connection goes on with the others. */
export const silentSubscription: FaultRow = {
  durationMs: 2 * minute,
  start: ({ dialect, open, hits, fired }) => ({
    subscribes(_connection, stream) {
      const channel = dialect.streams.channel(stream);
      if (!open() || channel?.kind !== 'kline' || !hits(channel.symbol)) return true;
      fired();
      return false;
    },
  }),
};

/** Whoever wants to connect is sent away. */
export const refusedConnections: FaultRow = {
  durationMs: minute,
  start: ({ fault, open, fired }) => ({
    refuses() {
      if (!open()) return undefined;
      fired();
      return fault.httpStatus ?? 503;
    },
  }),
};

export const serverShutdown: FaultRow = {
  durationMs: 0,
  start({ fault, dialect, streams, now, open, fired }) {
    const announcedAt = now();
    const told: Connection[] = [];
    for (const connection of streams.connections) {
      if (connection.socket.readyState !== connection.socket.OPEN || !open()) continue;
      const event = dialect.faults.shutdown(announcedAt, connection.opening.combined);
      if (event === undefined) continue;
      fired();
      connection.socket.send(event);
      told.push(connection);
    }
    const close = (): void => {
      for (const { socket } of told.splice(0)) socket.close(goingAway);
    };
    return {
      advance(time) {
        if (time - announcedAt >= (fault.delayMs ?? 10_000)) close();
      },
      busy: () => told.length > 0,
      end: close,
    };
  },
};

/** TCP is accepted and stays open, but nothing is ever said: on open connections and on new ones. */
export const halfOpen: FaultRow = {
  durationMs: 2 * minute,
  start({ streams, open, fired }) {
    const dead = new Map<number, Connection>();
    for (const connection of streams.connections) {
      if (!open()) break;
      fired();
      connection.socket.pause();
      dead.set(connection.id, connection);
    }
    return {
      answers() {
        if (!open()) return true;
        fired();
        return false;
      },
      delivers: ({ id }) => !dead.has(id),
      // What has been dead for so long, the network's own keep-alive ends.
      end() {
        for (const { socket } of dead.values()) socket.terminate();
      },
    };
  },
};

/** What happened on the WebSocket side, counted. */
export class StreamTraffic {
  connectionsOpened = 0;
  /** Beyond the rate of attempts. */
  connectionsRefused = 0;
  frames = 0;
  characters = 0;
  /** Cut because the client sent too many messages. */
  messageRateCut = 0;
  operationsRefused = 0;
  /** Cut at the age at which the exchange ends every connection. */
  lifetimeCut = 0;
  mutePongCut = 0;
  idleCut = 0;
  /** Cut because the client did not read. */
  slowCut = 0;
}

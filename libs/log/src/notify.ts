/** Tells people, one line, what the log got over by itself: a reconnect, a take-over, a dropped task. Never throws. */
export type Notify = (text: string, cause?: unknown) => void;

export const silent: Notify = () => {};

/** How much of each room a log keeps. What is beyond either bound is told to nobody, whenever it is removed. */
export interface Retention {
  /** Events of a room at most. */
  count: number;
  /** Milliseconds an event is kept at most. */
  ageMs: number;
}

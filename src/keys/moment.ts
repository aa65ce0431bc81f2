/** The two clocks that measure the life of what is fetched, in milliseconds. */
export interface Clocks {
  /** Time since 1970 UTC. It counts while Lambda freezes the environment, but it can be set back. */
  readonly wall: () => number;
  /** Time since an arbitrary moment. It never goes back, but it may stand still during a freeze. */
  readonly steady: () => number;
}

/** A moment by both clocks. */
export class Moment {
  readonly #clocks: Clocks;
  readonly #wall: number;
  /** Milliseconds by the steady clock, which tells what came first. */
  readonly steady: number;

  /** Takes the present moment. */
  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#wall = clocks.wall();
    this.steady = clocks.steady();
  }

  /**
   * Milliseconds since this moment: the longer of what the two clocks say. Neither a freeze nor a wall clock that is
   * set back makes anything look younger than it is.
   */
  get age(): number {
    return Math.max(this.#wallAge, this.#clocks.steady() - this.steady);
  }

  /** Whether the wall clock was set back past this moment: more time may have passed than {@link Moment.age} says. */
  get wasSetBack(): boolean {
    return this.#wallAge < 0;
  }

  /** Whether `duration` milliseconds are over; they are when the wall clock was set back past this moment. */
  isOver(duration: number): boolean {
    return this.wasSetBack || this.age >= duration;
  }

  get #wallAge(): number {
    return this.#clocks.wall() - this.#wall;
  }
}
